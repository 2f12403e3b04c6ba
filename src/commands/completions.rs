//! `gatewayq completions` and `gatewayq man`

use super::Failure;
use crate::output::Printer;
use crate::{cli, completion};
use anyhow::Context;
use camino::Utf8Path;
use clap_complete::Shell;
use clap_complete::env::Shells;
use serde_json::json;
use std::io;

const NAME: &str = "gatewayq";

/// The script only registers gatewayq itself as the one to ask: it knows the stages of the project
/// at hand, and a newer gatewayq needs no newer script.
pub(crate) fn run(printer: &Printer, shell: Shell) -> Result<(), Failure> {
    let (name, mut script) = (shell.to_string(), Vec::new());
    let shells = Shells::builtins();
    let completer = shells
        .completer(&name)
        .with_context(|| format!("gatewayq cannot complete for {name}"))?;
    completer
        .write_registration(completion::VARIABLE, NAME, NAME, NAME, &mut script)
        .context("the script cannot be made")?;
    let script = String::from_utf8(script).context("the script cannot be made")?;
    printer.result(&json!({"shell": name, "script": script}), &script);
    Ok(())
}

/// Writes one page a command. Pages are made from the program: older ones are replaced.
pub(crate) fn man(printer: &Printer, dir: &Utf8Path) -> Result<(), Failure> {
    std::fs::create_dir_all(dir)
        .and_then(|()| clap_mangen::generate_to(cli::command(), dir))
        .with_context(|| format!("the manual pages cannot be written to {dir}"))?;
    let entries = dir.read_dir_utf8().and_then(|entries| {
        let names = entries.map(|entry| Ok(entry?.file_name().to_owned()));
        names.collect::<io::Result<Vec<String>>>()
    });
    let mut pages = entries.with_context(|| format!("{dir} cannot be read"))?;
    pages.retain(|name| name.starts_with(NAME) && name.ends_with(".1"));
    pages.sort();
    let text = format!(
        "{} manual pages are in {dir}. To read the first: man {}",
        pages.len(),
        dir.join(format!("{NAME}.1"))
    );
    printer.result(&json!({"dir": dir, "pages": pages}), &text);
    Ok(())
}
