use super::*;
use std::fs;
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;

const CONFIG: &str = "[app]\nname = \"a\"\n[[route]]\nmethod = \"POST\"\npath = \"/a\"\ntask = \"tasks.add\"\n\
    body = \"schemas/order.json\"\n";

/// A project with a handler's crate and a worker, each with what does not count.
async fn project() -> (TempDir, Utf8PathBuf, Watch) {
    let dir = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(dir.path()).unwrap();
    let root = root.canonicalize_utf8().unwrap();
    let write = |path: &str, text: &str| save(&root.join(path), text);
    write("gatewayq.toml", CONFIG);
    write("schemas/order.json", "{\"type\": \"object\"}");
    write("handler/Cargo.toml", "[package]\nname = \"handler\"\n");
    write("handler/src/main.rs", "fn main() {}");
    write("handler/target/CACHEDIR.TAG", "");
    write("handler/target/release/bootstrap", "");
    write("worker/tasks.py", "");
    write(".gatewayq/local/server.log", "");
    let mut watch = Watch::new();
    watch.aim(sources(&root).await);
    (dir, root, watch)
}

async fn sources(root: &Utf8Path) -> Vec<Source> {
    let mut sources = of_project(
        root,
        None,
        Some(crate::handler::Handler::Crate("handler".into())),
    )
    .await;
    sources.extend(Source::worker(&root.join("worker")));
    sources
}

fn save(path: &Utf8Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The next changes: of the stage, and of the worker.
async fn next(watch: &mut Watch, root: &Utf8Path) -> (String, String) {
    let changes = timeout(Duration::from_secs(20), watch.changed()).await;
    let changes = changes.expect("something changed");
    (named(&changes.stage, root), named(&changes.worker, root))
}

/// The changes that a wait ends with in which this file is saved.
async fn saved_meanwhile(watch: &mut Watch, root: &Utf8Path, path: &str) -> (String, String) {
    let file = root.join(path);
    let save_later = async {
        tokio::time::sleep(2 * QUIET).await;
        save(&file, path);
    };
    let ((), changed) = tokio::join!(save_later, next(watch, root));
    changed
}

async fn nothing(watch: &mut Watch) {
    let changes = timeout(RARELY + QUIET + QUIET, watch.changed()).await;
    assert!(changes.is_err(), "{changes:?}");
}

fn stage(path: &str) -> (String, String) {
    (path.to_owned(), String::new())
}

fn worker(path: &str) -> (String, String) {
    (String::new(), path.to_owned())
}

#[tokio::test]
async fn each_file_is_a_part_of_what_it_changes() {
    let (_dir, root, mut watch) = project().await;
    for path in [
        "gatewayq.toml",
        "schemas/order.json",
        "handler/src/main.rs",
        "handler/Cargo.toml",
    ] {
        save(&root.join(path), "other");
        assert_eq!(next(&mut watch, &root).await, stage(path));
    }
    save(&root.join("worker/tasks.py"), "other");
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    for path in [
        "handler/target/release/bootstrap",
        ".gatewayq/local/server.log",
        "worker/__pycache__/tasks.pyc",
        "worker/notes.md",
        "worker/.tasks.py.swp",
        "handler/src/main.rs~",
        "README.md",
    ] {
        save(&root.join(path), "other");
    }
    nothing(&mut watch).await;
    fs::read(root.join("handler/src/main.rs")).unwrap();
    nothing(&mut watch).await;
}

#[tokio::test]
async fn however_an_editor_saves_it_is_one_change() {
    let (_dir, root, mut watch) = project().await;
    let tasks = root.join("worker/tasks.py");
    // Over it by a rename; moved away and written afresh, as vim does; in several writes.
    save(&root.join("worker/tasks.py.tmp"), "one");
    fs::rename(root.join("worker/tasks.py.tmp"), &tasks).unwrap();
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    fs::rename(&tasks, root.join("worker/tasks.py~")).unwrap();
    save(&tasks, "two");
    fs::remove_file(root.join("worker/tasks.py~")).unwrap();
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    for number in 0..5 {
        save(&tasks, &"x".repeat(number));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    nothing(&mut watch).await;
}

/// An hour between looks: it is the system's word that each of these is found by.
#[tokio::test]
async fn the_systems_word_is_enough() {
    let (_dir, root, mut watch) = project().await;
    watch.rarely = Duration::from_secs(3600);
    for path in [
        "gatewayq.toml",
        "schemas/order.json",
        "handler/src/main.rs",
        "handler/src/orders.rs",
    ] {
        assert_eq!(saved_meanwhile(&mut watch, &root, path).await, stage(path));
    }
    // A folder that took another's place is listened to as that was.
    fs::rename(root.join("worker"), root.join("before")).unwrap();
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    save(&root.join("worker/tasks.py"), "anew");
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    save(&root.join("worker/tasks.py"), "once more");
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
}

/// As in a network folder, or where the system has no more of it to give.
#[tokio::test]
async fn without_the_systems_word_all_is_found_as_well() {
    let (_dir, root, mut watch) = project().await;
    watch.events = Events::none();
    for path in ["gatewayq.toml", "handler/src/new/mod.rs"] {
        assert_eq!(saved_meanwhile(&mut watch, &root, path).await, stage(path));
    }
}

#[tokio::test]
async fn what_changes_while_nobody_waits_is_found_later() {
    let (_dir, root, mut watch) = project().await;
    save(&root.join("handler/src/main.rs"), "during a deploy");
    watch.aim(sources(&root).await);
    assert_eq!(next(&mut watch, &root).await, stage("handler/src/main.rs"));
}

#[tokio::test]
async fn what_a_build_writes_is_accepted() {
    let (_dir, root, mut watch) = project().await;
    save(&root.join("handler/Cargo.lock"), "first");
    assert_eq!(next(&mut watch, &root).await, stage("handler/Cargo.lock"));
    save(&root.join("handler/Cargo.lock"), "by the build");
    watch.accept("Cargo.lock");
    nothing(&mut watch).await;
}

#[tokio::test]
async fn new_folders_and_replaced_ones_are_looked_into() {
    let (_dir, root, mut watch) = project().await;
    save(&root.join("handler/src/orders/mod.rs"), "");
    assert_eq!(
        next(&mut watch, &root).await,
        stage("handler/src/orders/mod.rs")
    );
    save(&root.join("handler/src/orders/mod.rs"), "more");
    assert_eq!(
        next(&mut watch, &root).await,
        stage("handler/src/orders/mod.rs")
    );
    fs::remove_dir_all(root.join("worker")).unwrap();
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    save(&root.join("worker/tasks.py"), "back");
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    save(&root.join("worker/other.py"), "beside it");
    assert_eq!(next(&mut watch, &root).await, worker("worker/other.py"));
}

#[tokio::test]
async fn a_file_that_is_named_and_missing_is_waited_for() {
    let (_dir, root, mut watch) = project().await;
    fs::remove_dir_all(root.join("schemas")).unwrap();
    assert_eq!(next(&mut watch, &root).await, stage("schemas/order.json"));
    watch.aim(sources(&root).await);
    save(&root.join("schemas/order.json"), "{}");
    assert_eq!(next(&mut watch, &root).await, stage("schemas/order.json"));
}

#[tokio::test]
async fn changes_without_an_end_are_acted_upon() {
    let (_dir, root, mut watch) = project().await;
    let tasks = root.join("worker/tasks.py");
    let saver = tokio::spawn(async move {
        for number in 0.. {
            save(&tasks, &"x".repeat(number));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert_eq!(next(&mut watch, &root).await, worker("worker/tasks.py"));
    saver.abort();
}

#[tokio::test]
async fn what_is_changed_back_in_time_is_no_change() {
    let (_dir, root, mut watch) = project().await;
    let temporary = root.join("worker/temporary.py");
    let comes_and_goes = async {
        save(&temporary, "");
        tokio::time::sleep(Duration::from_millis(50)).await;
        fs::remove_file(&temporary).unwrap();
    };
    tokio::join!(nothing(&mut watch), comes_and_goes);
}

#[test]
fn changes_are_named_shortly() {
    let paths = |names: &[&str]| {
        names
            .iter()
            .map(|name| Utf8PathBuf::from(format!("/p/{name}")))
            .collect()
    };
    let told = |names: &[&str]| named(&paths(names), "/p".into());
    assert_eq!(told(&["a"]), "a");
    assert_eq!(told(&["a", "b"]), "a and b");
    assert_eq!(told(&["a", "b", "c", "d"]), "a, b and 2 more");
}
