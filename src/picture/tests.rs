use super::*;

fn shown(name: &str, state: State, waits_for: &[usize]) -> Shown {
    Shown {
        kind: "queue",
        name: name.to_owned(),
        state,
        waits_for: waits_for.to_vec(),
    }
}

fn picture() -> Picture {
    let mut resources = vec![
        shown("a", State::Present, &[]),
        shown("<b> & \"c\" \\N #d;", State::Drifted, &[0]),
        shown("e", State::Missing, &[0, 1]),
        shown("f", State::Foreign, &[0, 2]),
    ];
    order::reduce(&mut resources);
    let title = "shop \"dev\"".to_owned();
    Picture { title, resources }
}

#[test]
fn a_line_that_follows_from_others_is_not_drawn() {
    let waits = picture().resources.into_iter().map(|one| one.waits_for);
    let waits: Vec<Vec<usize>> = waits.collect();
    assert_eq!(waits, [vec![], vec![0], vec![1], vec![2]]);
}

/// Whoever does not see the colours reads the words.
#[test]
fn each_state_is_a_word_in_every_format_and_no_two_look_alike() {
    for format in [Format::Svg, Format::Dot, Format::Mermaid] {
        let drawn = picture().drawn(format);
        for state in State::ALL {
            assert!(
                drawn.matches(state.word()).count() >= 2,
                "{format:?} {state:?}"
            );
            assert!(drawn.contains(&format!("1 {}", state.word())), "{format:?}");
        }
    }
    let looks: std::collections::BTreeSet<_> = State::ALL.map(State::look).into();
    assert_eq!(looks.len(), State::ALL.len());
}

#[test]
fn names_are_text_in_every_format() {
    let svg = picture().drawn(Format::Svg);
    assert!(svg.contains("&lt;b&gt; &amp; &quot;c&quot;"), "{svg}");
    let dot = picture().drawn(Format::Dot);
    assert!(
        dot.contains(r#"queue\n<b> & \"c\" \\N #d;\ndrifted"#),
        "{dot}"
    );
    let mermaid = picture().drawn(Format::Mermaid);
    assert!(
        mermaid.contains("#60;b#62; #38; #34;c#34; #92;N #35;d#59;"),
        "{mermaid}"
    );
}
