//! The command as people and programs meet it: as a process, with small rule books.

mod back_doors;
mod bad_input;
mod captures;
mod commands;
mod desk;
mod diff;
mod fixes;
mod incident;
mod levels;
mod limits;
mod schemas;
mod shipped;
