//! API Gateway path templates.

/// The names of the parameters of a path template: `/a/{b}/{proxy+}` has `b` and `proxy`.
pub fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| {
        let name = segment.strip_prefix('{')?.strip_suffix('}')?;
        Some(name.strip_suffix('+').unwrap_or(name))
    })
}

#[cfg(test)]
mod tests {
    use super::parameters;

    #[test]
    fn finds_plain_and_greedy_parameters() {
        let found: Vec<_> = parameters("/a/{b}/c{d}/{proxy+}").collect();
        assert_eq!(found, ["b", "proxy"]);
    }
}
