//! What the program says: results on the standard output, everything else on the standard error.
//!
//! `millbook log | head -1` prints a line and ends quietly, with code 0: whoever went away wants no more. A result that can't be
//! written for another reason (`> /dev/full`) ends the program with code 3 and the reason. Remarks that nobody hears are no
//! loss: `millbook work` goes on without its standard error. The lints of `main` keep `println!` and `eprintln!` out, which panic.
//! Not here: progress (`meter`).

use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Writes a line to the standard output, and ends the program if that can't be.
pub fn say(line: impl Display) {
    match writeln!(std::io::stdout(), "{line}") {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            note(format!("millbook: The output can't be written: {error}."));
            std::process::exit(3)
        }
    }
}

/// Writes a line to the standard error, if anybody hears it.
pub fn note(line: impl Display) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Writes over the line of a terminal, if anybody sees it.
pub fn write_over(text: impl Display) {
    let mut to = std::io::stderr();
    let _ = write!(to, "\r\x1b[2K{text}").and_then(|()| to.flush());
}
