//! Building the handler for real: cargo on small crates, and programs of the machine's own C compiler.
mod cargo;
mod programs;
