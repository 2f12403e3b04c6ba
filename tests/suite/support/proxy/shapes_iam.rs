//! IAM's answers: documents percent-encoded once, no empty lists of tags.
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::answer::Answer;
use super::shapes::document;

pub(super) fn shape(answer: &mut Answer) {
    let mut text = String::from_utf8_lossy(&answer.body).into_owned();
    for name in ["PolicyDocument", "AssumeRolePolicyDocument"] {
        text = encoded(&text, name);
    }
    for empty in ["<Tags/>", "<Tags></Tags>", "<Description></Description>"] {
        text = text.replace(empty, "");
    }
    if !text.contains("<RoleLastUsed") {
        text = text.replace("</Role>", "<RoleLastUsed/></Role>");
    }
    answer.replace_body(text);
}

/// Each element of this name with its document in AWS's words and encoding.
fn encoded(text: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let (mut done, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once(&open) {
        let Some((inside, behind)) = after.split_once(&close) else {
            break;
        };
        let plain = inside
            .replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&");
        let plain = match plain.starts_with('%') {
            true => percent_decode_str(&plain).decode_utf8_lossy().into_owned(),
            false => plain,
        };
        let words = document(&plain);
        let once = utf8_percent_encode(&words, NON_ALPHANUMERIC);
        done += &format!("{before}{open}{once}{close}");
        rest = behind;
    }
    done + rest
}
