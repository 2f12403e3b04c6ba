//! Files of keys that are brought along: `name,key` or `name,key,plan` a line.

use super::value::VALUE_RULE;
use super::{Consumer, KeyValue};
use std::collections::BTreeMap;

/// A key of a file.
pub(crate) struct Entry {
    /// The line that it stands in, from 1.
    pub line: usize,
    pub consumer: Consumer,
    pub value: KeyValue,
    /// The usage plan's name, where the line has one.
    pub plan: Option<String>,
}

/// The keys of a file. The first line may name the columns; empty lines, those that begin with `#`, and the byte order
/// mark that spreadsheets write count for nothing.
///
/// # Errors
/// All that is wrong, by line; never with a value.
pub(crate) fn parse(text: &str) -> Result<Vec<Entry>, Vec<(usize, String)>> {
    let mut reader = Reader::default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = (1..).zip(text.lines());
    let mut lines = lines
        .map(|(number, line)| (number, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
        .peekable();
    lines.next_if(|(_, line)| is_head(line));
    for (number, line) in lines {
        if let Err(wrong) = reader.read(number, line) {
            reader.wrong.push((number, wrong));
        }
    }
    match reader.wrong.is_empty() {
        true => Ok(reader.entries),
        false => Err(reader.wrong),
    }
}

fn is_head(line: &str) -> bool {
    let line = line.to_ascii_lowercase().replace(' ', "");
    line == "name,key" || line == "name,key,plan"
}

#[derive(Default)]
struct Reader {
    entries: Vec<Entry>,
    wrong: Vec<(usize, String)>,
    /// The line in which each consumer was.
    seen: BTreeMap<String, usize>,
}

impl Reader {
    fn read(&mut self, line: usize, text: &str) -> Result<(), String> {
        let fields: Vec<&str> = text.split(',').map(str::trim).collect();
        let (name, key, plan) = match fields.as_slice() {
            [name, key] => (name, key, None),
            [name, key, plan] => (name, key, Some(*plan).filter(|plan| !plan.is_empty())),
            fields => {
                let count = fields.len();
                return Err(format!(
                    "{count} fields; allowed: name,key or name,key,plan"
                ));
            }
        };
        // Where the columns are the other way round, the name is a value: neither is shown.
        let consumer = name.parse::<Consumer>();
        let consumer = consumer.map_err(|allowed| format!("the name is none; {allowed}"))?;
        let value = KeyValue::new(key)
            .ok_or_else(|| format!("the key cannot be one; allowed: {VALUE_RULE}"))?;
        if let Some(first) = self.seen.insert((*name).to_owned(), line) {
            return Err(format!("the name is already in line {first}"));
        }
        if let Some(same) = self.entries.iter().find(|entry| entry.value.is(&value)) {
            return Err(format!("the key is already in line {}", same.line));
        }
        self.entries.push(Entry {
            line,
            consumer,
            value,
            plan: plan.map(str::to_owned),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaa";
    const B: &str = "bbbbbbbbbbbbbbbbbbbb";

    #[test]
    fn lines_are_names_keys_and_plans() {
        let text = format!("Name, Key, Plan\r\n\n# ours\nacme,{A},gold\n bolt , {B} ,\n");
        let entries = parse(&text).unwrap_or_else(|wrong| panic!("{wrong:?}"));
        let entries = entries.iter();
        let entries: Vec<_> = entries
            .map(|entry| (entry.line, entry.consumer.as_ref(), entry.plan.as_deref()))
            .collect();
        assert_eq!(entries, [(4, "acme", Some("gold")), (5, "bolt", None)]);
        let marked = parse(&format!("\u{feff}acme,{A}\r\n"));
        assert!(marked.is_ok_and(|entries| entries[0].consumer.as_ref() == "acme"));
        assert!(parse("").is_ok_and(|entries| entries.is_empty()));
    }

    #[test]
    fn all_mistakes_are_told_by_line_and_no_value_is() {
        let text = format!(
            "acme,{A}\nBolt,{B}\nbolt\nbolt,{B},gold,4\nbolt,short-secret\nacme,{B}\ncato,{A}\n{B},cato\n"
        );
        let wrong = parse(&text).err().unwrap();
        let lines: Vec<usize> = wrong.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5, 6, 7, 8], "{wrong:?}");
        let told = format!("{wrong:?}");
        assert!(
            ![A, B, "short-secret"]
                .iter()
                .any(|value| told.contains(value)),
            "{told}"
        );
        assert!(told.contains("the name is already in line 1"), "{told}");
        assert!(told.contains("the key is already in line 1"), "{told}");
    }
}
