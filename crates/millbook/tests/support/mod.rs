//! A company on this machine, and the stand-in for Xero on a port of it: the program as a person uses it.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};
use xero_sandbox::door::{Sandbox, SeedName};
use xero_sandbox::server::Server;

/// A unit, a warehouse and an item, as commands.
pub const SHOP: &str = r#"
{"save_record":{"record":{"unit":{"code":"kg","name":"kilogram"}}}}
{"save_record":{"record":{"warehouse":{"code":"Main","name":"Main store"}}}}
{"save_record":{"record":{"item":{"code":"BERRY","name":"Berries","unit":"kg"}}}}
"#;

/// An account of the stand-in for every role.
pub const ACCOUNTS: [(&str, &str); 13] = [
    ("purchases", "630"),
    ("sales", "200"),
    ("bank", "090"),
    ("materials", "621"),
    ("finished_goods", "620"),
    ("work_in_progress", "625"),
    ("direct_labour", "845"),
    ("manufacturing_overheads", "846"),
    ("cost_of_goods_sold", "310"),
    ("inventory_gain", "320"),
    ("inventory_loss", "320"),
    ("purchase_differences", "315"),
    ("rounding", "325"),
];

/// Accounts by role, as settings have them.
pub fn accounts() -> Value {
    ACCOUNTS.map(|(role, account)| json!({ "role": role, "account": account })).to_vec().into()
}

/// The stand-in on a free port, for as long as the test runs.
pub fn stand_in(seeds: &'static [SeedName]) -> SocketAddr {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let sandbox = Sandbox::seeded(seeds, 1, jiff::Timestamp::now());
            let server =
                Server::bind("127.0.0.1:0".parse().expect("an address"), sandbox, None).await.expect("binds");
            send.send(server.address().expect("an address")).expect("sent");
            server.run(std::future::pending()).await
        })
    });
    receive.recv().expect("the stand-in is up")
}

/// What the program answered.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub error: String,
}

impl Said {
    fn from(output: Output) -> Said {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Said {
            code: output.status.code().unwrap_or(-1),
            out: text(output.stdout),
            error: text(output.stderr),
        }
    }

    /// The answer as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.out.trim()).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }

    /// That it went well.
    pub fn well(self) -> Said {
        assert_eq!(self.code, 0, "{self:?}");
        self
    }

    /// That it was refused with this code and these words.
    pub fn refused(self, code: i32, words: &str) -> Said {
        assert_eq!(self.code, code, "{self:?}");
        assert!(self.error.contains(words), "{self:?}");
        self
    }
}

/// A folder with a database, and the stand-in.
pub struct Desk {
    pub folder: tempfile::TempDir,
    pub address: SocketAddr,
    port: u16,
    /// A database beside the folder; none is a file in it.
    database: Option<String>,
}

impl Desk {
    /// With these companies, as code and currency; the stand-in's app is set.
    pub fn new(seeds: &'static [SeedName], companies: &[(&str, &str)]) -> Desk {
        Desk::at(None, seeds, companies)
    }

    /// The same, in a database.
    pub fn at(database: Option<String>, seeds: &'static [SeedName], companies: &[(&str, &str)]) -> Desk {
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
        let folder = tempfile::tempdir().expect("a folder");
        let desk = Desk { folder, address: stand_in(seeds), port, database };
        desk.say(&["init"]).well();
        for (code, currency) in companies {
            let add = ["company", "add", code, "--currency", currency, "--zone", "Pacific/Auckland"];
            desk.say(&add).well();
        }
        desk.set_app(&[]);
        desk
    }

    pub fn set_app(&self, more: &[&str]) -> Said {
        let (at, back) =
            (format!("http://{}", self.address), format!("http://localhost:{}/callback", self.port));
        let set = ["xero", "app", "set", "--client-id", "sandbox-client", "--client-secret-file", "-"];
        let arguments = [&set[..], &["--base-url", &at, "--redirect", &back], more].concat();
        self.ask(&arguments, "sandbox-secret\n").well()
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_millbook"));
        command.current_dir(&self.folder).env_clear().args(arguments);
        command.envs(self.database.iter().map(|url| ("MILLBOOK_DB", url)));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub fn say(&self, arguments: &[&str]) -> Said {
        self.ask(arguments, "")
    }

    pub fn ask(&self, arguments: &[&str], input: &str) -> Said {
        let mut child = self.command(arguments).spawn().expect("starts");
        // A program that refuses its arguments doesn't read.
        let _ = child.stdin.take().expect("an input").write_all(input.as_bytes());
        Said::from(child.wait_with_output().expect("ends"))
    }

    /// Carries commands out for a company, a line each.
    pub fn carry_out(&self, company: &str, lines: &str) -> Said {
        self.ask(&["do", "--company", company, "--json", "-"], lines).well()
    }

    /// `millbook xero connect …`, and a person who agrees at once; `consent` is what they choose on Xero's page.
    pub fn connect(&self, arguments: &[&str], consent: &str) -> Said {
        let mut child = self.begin_connect(arguments);
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines().map_while(Result::ok);
        let mut out = String::new();
        if let Some(url) = lines.by_ref().find(|line| line.contains("/connect/authorize")) {
            let page = self.get(&format!("{}&sandbox_auto_approve=true{consent}", url.trim()));
            let back = page.lines().find_map(|line| line.strip_prefix("location: ")).expect("sent back");
            self.get(back);
        }
        lines.for_each(|line| out = format!("{out}{line}\n"));
        let mut said = Said::from(child.wait_with_output().expect("ends"));
        said.out = out;
        said
    }

    pub fn begin_connect(&self, arguments: &[&str]) -> Child {
        self.command(&[&["xero", "connect"], arguments].concat()).spawn().expect("starts")
    }

    /// GET, as a browser: the whole answer as text.
    pub fn get(&self, url: &str) -> String {
        self.request("GET", url, "")
    }

    /// POST, as a browser sends a form: the whole answer as text.
    pub fn send(&self, url: &str, form: &str) -> String {
        self.request("POST", url, form)
    }

    /// The stand-in's own door: `POST clock {…}`.
    pub fn control(&self, path: &str, body: &str) -> Value {
        let method = if body.is_empty() { "GET" } else { "POST" };
        let answer = self.request(method, &format!("http://{}/sandbox/api/{path}", self.address), body);
        let body = answer.split_once("\r\n\r\n").map_or("", |parts| parts.1);
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{path}: {error}: {answer}"))
    }

    fn request(&self, method: &str, url: &str, body: &str) -> String {
        let rest = url.strip_prefix("http://").expect("an address");
        let (host, target) = rest.split_once('/').expect("a path");
        let mut stream = TcpStream::connect(host.replace("localhost", "127.0.0.1")).expect("connects");
        let head = format!(
            "{method} /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body.as_bytes())).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        answer
    }

    /// Every file in the folder, as bytes.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let entries = std::fs::read_dir(&self.folder).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
        paths.map(|path| (path.clone(), std::fs::read(&path).expect("readable"))).collect()
    }
}
