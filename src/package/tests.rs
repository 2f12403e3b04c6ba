//! What is packed comes back, and whatever else a file may be is refused.

use super::*;
use crate::config::Architecture;

const BINARY: &[u8] = b"\x7fELF and what follows";

fn manifest() -> Manifest {
    Manifest::new("orders", "crate", Architecture::X86_64, BINARY).of_commit(Some("1a2b3c4d5e6f"))
}

fn packed() -> Vec<u8> {
    write(&manifest(), BINARY).unwrap()
}

fn refusal(bytes: &[u8]) -> String {
    match Package::read(bytes) {
        Ok(_) => panic!("it was taken"),
        Err(error) => error.to_string(),
    }
}

/// A package whose manifest is `edit`ed, with this binary and further files.
fn edited(edit: impl Fn(&mut serde_json::Value), binary: &[u8], more: &[&str]) -> Vec<u8> {
    let mut manifest = serde_json::to_value(manifest()).unwrap();
    edit(&mut manifest);
    let manifest = manifest.to_string();
    let mut files = vec![
        (MANIFEST, 0o644, manifest.as_bytes()),
        (BOOTSTRAP, 0o755, binary),
    ];
    files.extend(more.iter().map(|name| (*name, 0o644, b"x".as_slice())));
    build::pack(&files).unwrap()
}

#[test]
fn what_is_packed_comes_back_and_is_the_same_bytes_each_time() {
    let package = Package::read(&packed()).unwrap();
    assert_eq!(package.manifest, manifest());
    assert_eq!(package.bootstrap, BINARY);
    assert_eq!(packed(), packed());
}

#[test]
fn a_commit_is_kept_with_its_dirt() {
    for described in [None, Some("1a2b3c4d5e6f"), Some("1a2b3c4d5e6f-dirty")] {
        let manifest = manifest().of_commit(described);
        assert_eq!(manifest.described().as_deref(), described);
    }
}

#[test]
fn what_is_no_package_is_told_from_one_that_is_damaged() {
    let artifact = build::zip(BINARY, b"{}").unwrap().zip;
    for foreign in [b"".as_slice(), b"\x7fELF", &artifact] {
        assert!(
            refusal(foreign).contains("not a package"),
            "{}",
            refusal(foreign)
        );
    }
    let whole = packed();
    for length in 4..whole.len() {
        let told = refusal(&whole[..length]);
        assert!(told.contains("damaged or cut off"), "{length}: {told}");
    }
}

/// Some bytes of a zip mean nothing here, such as a time: then what comes back is the same.
#[test]
fn no_changed_byte_gives_another_package() {
    let whole = packed();
    for place in 0..whole.len() {
        for flip in [1, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[place] ^= flip;
            if let Ok(package) = Package::read(&bytes) {
                assert_eq!(package.manifest, manifest(), "byte {place}");
                assert_eq!(package.bootstrap, BINARY, "byte {place}");
            }
        }
    }
}

#[test]
fn another_binary_and_another_file_are_refused() {
    let other = refusal(&edited(|_| {}, b"\x7fELF and something else", &[]));
    assert!(other.contains("not the one that was packed"), "{other}");
    let more = refusal(&edited(|_| {}, BINARY, &["routes.json"]));
    assert!(more.contains("it has 3 files"), "{more}");
}

#[test]
fn a_newer_format_names_the_gatewayq_that_knows_it() {
    let newer = edited(
        |manifest| {
            manifest["format"] = 2.into();
            manifest["gatewayq"]["version"] = "7.0.0".into();
            manifest["what_nobody_knows_yet"] = true.into();
        },
        BINARY,
        &[],
    );
    let told = refusal(&newer);
    assert!(told.contains("format 2 of gatewayq 7.0.0"), "{told}");
}

#[test]
fn a_manifest_that_says_other_things_is_refused() {
    type Edit = fn(&mut serde_json::Value);
    let edits: [Edit; 5] = [
        |manifest| manifest["more"] = 1.into(),
        |manifest| manifest["architecture"] = "mips".into(),
        |manifest| manifest["commit"] = "\u{1b}[2J".into(),
        |manifest| manifest["app"] = "\u{1b}[2J".into(),
        |manifest| *manifest = "text".into(),
    ];
    for edit in edits {
        let told = refusal(&edited(edit, BINARY, &[]));
        assert!(told.contains("damaged"), "{told}");
    }
}

#[test]
fn a_package_is_for_its_app_its_processor_and_its_routes_file() {
    let text = "[app]\nname = \"orders\"\n[[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = {}\n";
    let settings = |more: &str| {
        let text = format!("{text}{more}");
        crate::config::parse("gatewayq.toml".into(), &text, "prod").unwrap()
    };
    let fits = |edit: &dyn Fn(&mut Manifest), more: &str| {
        let mut package = Package::read(&packed()).unwrap();
        edit(&mut package.manifest);
        package.fits(&settings(more)).map_err(|e| e.to_string())
    };
    assert_eq!(fits(&|_| {}, ""), Ok(()));
    let app = fits(&|manifest| manifest.app = "other".to_owned(), "").unwrap_err();
    assert!(app.contains("the app other, and gatewayq.toml is of orders"));
    let processor = fits(&|_| {}, "[function]\narchitecture = \"arm64\"\n").unwrap_err();
    assert!(processor.contains("it is for x86_64"), "{processor}");
    let routes = fits(&|manifest| manifest.routes_version = 9, "").unwrap_err();
    assert!(routes.contains("routes files of version 9"), "{routes}");
}
