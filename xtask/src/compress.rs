//! The ready-made twins of a file: brotli and gzip, made once, here, so that
//! the collector never compresses a widget file while somebody waits.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::failure::{OrFail, Outcome};

/// How hard to press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// For `serve` and `build`: nearly as small, many times as fast.
    Quick,
    /// For `dist`: the smallest that the formats give.
    Smallest,
}

/// A file's brotli twin.
pub fn brotli(bytes: &[u8], effort: Effort) -> Outcome<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: match effort {
            Effort::Quick => 6,
            Effort::Smallest => 11,
        },
        // 4 MiB: every file of ours lies in one window.
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut small = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut small, &parameters)
        .or_fail(|| "Compressing with brotli failed".into())?;
    Ok(small)
}

/// A file's gzip twin. No name and no time inside: the same input gives the
/// same bytes, and so the same ETag.
pub fn gzip(bytes: &[u8], effort: Effort) -> Outcome<Vec<u8>> {
    let level = match effort {
        Effort::Quick => Compression::new(6),
        Effort::Smallest => Compression::new(9),
    };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .or_fail(|| "Compressing with gzip failed".into())
}

/// Whether a file of this name gains anything from a twin.
pub fn is_worth_it(name: &str) -> bool {
    let text = [
        "js",
        "mjs",
        "css",
        "wasm",
        "json",
        "html",
        "svg",
        "ts",
        "txt",
        "webmanifest",
    ];
    name.rsplit_once('.')
        .is_some_and(|(_, ending)| text.contains(&ending))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn sample() -> Vec<u8> {
        "您对本次服务满意吗？".repeat(400).into_bytes()
    }

    #[test]
    fn both_twins_open_to_the_same_bytes() -> Outcome {
        for effort in [Effort::Quick, Effort::Smallest] {
            let mut opened = Vec::new();
            brotli::BrotliDecompress(&mut &brotli(&sample(), effort)?[..], &mut opened)
                .or_fail(|| "brotli twin".into())?;
            assert_eq!(opened, sample());

            let mut opened = Vec::new();
            flate2::read::GzDecoder::new(&gzip(&sample(), effort)?[..])
                .read_to_end(&mut opened)
                .or_fail(|| "gzip twin".into())?;
            assert_eq!(opened, sample());
        }
        Ok(())
    }

    #[test]
    fn the_same_input_gives_the_same_twin() -> Outcome {
        assert_eq!(
            gzip(&sample(), Effort::Smallest)?,
            gzip(&sample(), Effort::Smallest)?
        );
        Ok(())
    }

    #[test]
    fn pictures_have_no_twin() {
        assert!(is_worth_it("manyi_bg-0011223344556677.wasm"));
        assert!(is_worth_it("custom-elements.json"));
        assert!(!is_worth_it("icon-192.png"));
        assert!(!is_worth_it("LICENSE-MIT"));
    }
}
