//! The command as people and programs meet it: as a process, with small rule books.

mod bad_input;
mod commands;
mod desk;
mod limits;
mod schemas;
mod shipped;
