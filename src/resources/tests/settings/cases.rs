//! Each setting changed to something else, and what a plan then says.

mod api;
mod backend;
mod callers;
mod plans;

/// A piece of the full file, what stands in its place, and the lines of the plan.
pub(super) type Case = (&'static str, &'static str, &'static [&'static str]);

pub(super) fn all() -> impl Iterator<Item = &'static Case> {
    let tables = [backend::CASES, api::CASES, callers::CASES, plans::CASES];
    tables.into_iter().flatten()
}
