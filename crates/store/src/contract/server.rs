//! A PostgreSQL server to throw away: in a temporary folder, on a socket there, gone with the process that started it.
//!
//! `Server::start` finds the installed programs; where there are none it answers `None` and says so, and with
//! `MILLBOOK_NO_SKIP` it panics instead. A small shell holds the other end of a pipe: when this process ends, however it
//! ends, the shell stops the server and removes the folder. Not here: a server that anybody keeps.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running server.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    guard: Child,
}

impl Server {
    /// Starts one with these settings (`fsync=off` for tests that don't ask what a crash leaves).
    ///
    /// # Panics
    /// When it is installed and doesn't start, or isn't and tests may not skip.
    #[must_use]
    pub fn start(settings: &[&str]) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("millbook-pg-{}-{number}", std::process::id());
        Self::start_in(&std::env::temp_dir().join(name), settings)
    }

    /// The same in this folder, which is made for it and removed with it.
    ///
    /// # Panics
    /// As `start`.
    #[must_use]
    pub fn start_in(folder: &Path, settings: &[&str]) -> Option<Self> {
        let Some(programs) = installed() else {
            assert!(std::env::var_os("MILLBOOK_NO_SKIP").is_none(), "no PostgreSQL server is installed");
            writeln!(std::io::stderr(), "SKIPPED: no PostgreSQL server is installed").ok();
            return None;
        };
        let folder = folder.to_owned();
        std::fs::create_dir_all(&folder).expect("a folder for the server");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder)); // the server refuses to run as root
        }
        let initdb = [
            "-A",
            "trust",
            "-U",
            "millbook",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
            "--wal-segsize=1",
            "-D",
        ];
        run(as_server(&programs.join("initdb")).args(initdb).arg(folder.join("db")));
        let mut lines = format!("listen_addresses = ''\nunix_socket_directories = '{}'\n", folder.display());
        for setting in settings.iter().chain(&["max_connections=200", "shared_buffers=32MB"]) {
            lines.push_str(setting);
            lines.push('\n');
        }
        let config = folder.join("db/postgresql.conf");
        std::fs::OpenOptions::new()
            .append(true)
            .open(config)
            .and_then(|mut file| file.write_all(lines.as_bytes()))
            .expect("the server's settings");
        let guard = guard(&programs, &folder);
        let server = Self { programs, folder, guard };
        server.control(&["start"]);
        Some(server)
    }

    /// How to reach it.
    #[must_use]
    pub fn url(&self) -> String {
        format!("host={} user=millbook dbname=postgres", self.folder.display())
    }

    /// Where it listens.
    #[must_use]
    pub fn socket(&self) -> PathBuf {
        self.folder.join(".s.PGSQL.5432")
    }

    /// Stops it without letting it finish anything, as a crash does, and starts it again.
    pub fn crash_and_restart(&self) {
        self.control(&["stop", "-m", "immediate"]);
        self.control(&["start"]);
    }

    /// Ends every connection and starts anew, as an administrator does.
    pub fn restart(&self) {
        self.control(&["restart", "-m", "fast"]);
    }

    fn control(&self, what: &[&str]) {
        let mut command = as_server(&self.programs.join("pg_ctl"));
        command.args(["-s", "-w", "-l"]).arg(self.folder.join("log")).arg("-D").arg(self.folder.join("db"));
        run(command.args(what));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.guard.stdin.take()); // now the guard cleans up
        self.guard.wait().ok();
    }
}

/// The shell that stops the server when nobody holds its input any more.
fn guard(programs: &Path, folder: &Path) -> Child {
    let script =
        r#"trap '' INT TERM; read -r _; "$1/pg_ctl" -s -D "$2/db" -m immediate stop; rm -rf "$2"/* "$2""#;
    as_server(Path::new("sh"))
        .args(["-c", script, "guard"])
        .args([programs, folder])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("a shell to guard the server")
}

fn installed() -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .chain(std::env::split_paths(&std::env::var_os("PATH")?))
        .filter(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
        .collect();
    found.sort();
    found.pop()
}

fn is_root() -> bool {
    let asked = Command::new("id").arg("-u").output().expect("`id` runs");
    asked.stdout == b"0\n"
}

fn as_server(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn run(command: &mut Command) {
    let ran = command.stdin(Stdio::null()).stdout(Stdio::null()).output().expect("the program runs");
    assert!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr));
}
