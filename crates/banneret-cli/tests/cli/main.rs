//! The command as people and programs meet it: as a process, with small rule books.

mod authoring;
mod back_doors;
mod bad_input;
mod baseline;
mod captures;
mod commands;
mod coverage;
mod desk;
mod diff;
mod fixes;
mod formats;
mod incident;
mod init;
mod levels;
mod limits;
mod man;
mod mutate;
mod pages;
mod places;
mod schemas;
mod shipped;
mod sql;
mod tables;
mod tools;
mod yaml_schemas;
