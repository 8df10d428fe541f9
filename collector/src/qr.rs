//! A link as a QR code, as one path of an SVG.

use qrcodegen::{QrCode, QrCodeEcc};

/// Modules of white around it, as the standard asks for.
const QUIET: i32 = 4;

/// A code, drawn in squares of one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Units across, with the white around it.
    pub size: i32,
    /// The dark modules, as the `d` of a path.
    pub path: String,
}

impl Code {
    /// The code of a text; `None` where it is too long for one (2,331 bytes).
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let run = (x..code.size())
                    .take_while(|x| code.get_module(*x, y))
                    .count();
                if run > 0 {
                    let (x, y) = (x + QUIET, y + QUIET);
                    path.push_str(&format!("M{x} {y}h{run}v1h-{run}z"));
                }
                x += i32::try_from(run).unwrap_or_default() + 1;
            }
        }
        Some(Self {
            size: code.size() + 2 * QUIET,
            path,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_small_enough_to_scan_and_has_white_around_it() {
        let url = format!("https://pingjia.example.gov.cn/i/{}", "A".repeat(29));
        let code = Code::of(&url).expect("it fits");
        assert!(code.size <= 33 + 2 * QUIET, "{}", code.size);
        // The finder's upper edge.
        assert!(
            code.path.starts_with("M4 4h7v1h-7z"),
            "{}",
            &code.path[..20]
        );
        let starts = code.path.split('M').skip(1).map(|run| {
            let (x, rest) = run.split_once(' ').expect("a place");
            let (y, rest) = rest.split_once('h').expect("a run");
            let (run, _) = rest.split_once('v').expect("one high");
            let number = |text: &str| text.parse::<i32>().expect("a number");
            (number(x), number(y), number(run))
        });
        for (x, y, run) in starts {
            assert!(x >= QUIET && y >= QUIET && x + run <= code.size - QUIET);
        }
        assert_eq!(Code::of(&"a".repeat(3000)), None);
    }
}
