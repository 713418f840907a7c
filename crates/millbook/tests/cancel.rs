//! Ctrl-C in the middle of an import, as a real signal to a real process: it says so, and nothing has come in.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn millbook(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
    command.current_dir(folder).env_remove("MILLBOOK_DB").args(arguments);
    command
}

fn done(folder: &Path, arguments: &[&str]) -> Output {
    let output = millbook(folder, arguments).output().expect("runs");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

/// Units, a warehouse, items, and so many findings: enough that a signal meets them halfway.
fn bundle(folder: &Path, entries: usize) {
    std::fs::create_dir(folder).expect("a folder");
    let mut stock = String::from("number,kind,day,warehouse,ins.item,ins.quantity,ins.cost\n");
    for at in 0..entries {
        stock.push_str(&format!("ST-{at},found,2026-03-02,Main,JAM,3,1.05\n"));
    }
    for (name, text) in [
        ("unit.csv", "code,name\npc,piece\n"),
        ("warehouse.csv", "code,name\nMain,Main\n"),
        ("item.csv", "code,name,unit\nJAM,Jam,pc\n"),
        ("stock_entry.csv", &stock),
    ] {
        std::fs::write(folder.join(name), text).expect("a file");
    }
}

#[test]
fn ctrl_c_in_the_middle_of_an_import_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    done(folder, &["init"]);
    done(folder, &["company", "add", "jam", "--currency", "NZD"]);
    bundle(&folder.join("long"), 60_000);
    let mut running = millbook(folder, &["import", "long", "--company", "jam"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    // Its first word of progress: from here on it decides and stages.
    let mut told = BufReader::new(running.stderr.take().expect("its words"));
    let mut first = String::new();
    told.read_line(&mut first).expect("progress");
    assert!(first.starts_with("0 of 60003 entries"), "{first}");
    let signal = Command::new("kill").args(["-INT", &running.id().to_string()]).status().expect("kill runs");
    assert!(signal.success());
    let mut rest = String::new();
    told.read_to_string(&mut rest).expect("its last words");
    assert!(rest.ends_with("millbook: Cancelled; nothing was imported.\n"), "{rest}");
    assert_eq!(running.wait().expect("ends").code(), Some(3));
    // Nothing came in, nothing is in the way: the next one goes through.
    let units = done(folder, &["query", "units", "--company", "jam"]);
    assert!(!String::from_utf8_lossy(&units.stdout).contains("piece"), "{units:?}");
    bundle(&folder.join("short"), 10);
    let short = done(folder, &["import", "short", "--company", "jam"]);
    assert!(String::from_utf8_lossy(&short.stdout).starts_with("13 made, 0 changed, 0 skipped"), "{short:?}");
    done(folder, &["verify"]);
}
