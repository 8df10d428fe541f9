//! `/admin/week.csv`: the tables of a week for a spreadsheet, written as they are sent.
//! The end is said only once everything is written: a file that was cut off is known to
//! be.

use std::io::{self, BufWriter, Write};

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use tokio::sync::mpsc;

use super::super::guard::{Person, Shut, Visit};
use super::super::reach::Reach;
use super::look::Looked;
use crate::collation::csv;
use crate::collation::figures::{By, Cut, Figures, Question, Stratum};
use crate::export;

/// Bytes that go out at a time, and how many such pieces may wait for a slow reader.
const PIECE_BYTES: usize = 16 * 1024;
const PIECES: usize = 4;

/// Which table.
#[derive(Clone, Copy, Debug)]
enum Table {
    /// Every rate of every cut.
    Rates,
    /// All together, by survey, mode and channels.
    All,
    /// By question.
    Questions,
    /// By one kind of place.
    Places(By),
    /// What was chosen.
    Reasons,
    /// 五必评.
    Occasions,
}

impl Table {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "rates" => Self::Rates,
            "all" => Self::All,
            "questions" => Self::Questions,
            "units" => Self::Places(By::Unit),
            "windows" => Self::Places(By::Window),
            "officers" => Self::Places(By::Officer),
            "reasons" => Self::Reasons,
            "occasions" => Self::Occasions,
            _ => return None,
        })
    }

    fn write(self, looked: &Looked, out: &mut impl Write) -> Result<(), export::Error> {
        let report = &looked.report;
        let is_own = |stratum: &Stratum| {
            looked.stratum().is_some_and(|own| {
                (&own.survey, own.mode, &own.channels)
                    == (&stratum.survey, stratum.mode, &stratum.channels)
            })
        };
        let is_asked = |question: &Question| {
            looked
                .rating()
                .is_some_and(|(_, own, _)| own.id == question.id)
        };
        let mut some = |figures: &Figures, wanted: &dyn Fn(&Stratum, &Cut, &Question) -> bool| {
            csv::rates(report, figures, wanted, out)
        };
        let figures = &report.figures;
        match self {
            Self::Rates => some(figures, &|_, _, _| true),
            Self::All => some(figures, &|_, cut, _| cut.whose.by == By::All),
            Self::Questions => some(figures, &|stratum, cut, _| {
                is_own(stratum) && cut.whose.by == By::All
            }),
            Self::Places(by) => {
                let figures = match by {
                    By::Unit => &looked.rolled,
                    _ => figures,
                };
                some(figures, &|stratum, cut, question| {
                    is_own(stratum) && cut.whose.by == by && is_asked(question)
                })
            }
            Self::Reasons => csv::reasons(report, out),
            Self::Occasions => csv::occasions(report, out),
        }
    }
}

/// Sends what is written to whoever reads.
struct Pieces(mpsc::Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Ok(Bytes::copy_from_slice(bytes));
        let sent = self.0.blocking_send(piece);
        sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The file.
pub(in super::super) async fn csv(visit: Visit, _: Person, reach: Reach) -> Result<Response, Shut> {
    let name = match visit.query.get("table") {
        "" => "rates",
        name => name,
    };
    let table = Table::named(name).ok_or(Shut::Absent)?;
    let looked = Looked::at(&visit, &reach).await?;
    let named = format!("attachment; filename=\"manyi-{}-{name}.csv\"", looked.week);
    let (sender, receiver) = mpsc::channel(PIECES);
    tokio::task::spawn_blocking(move || {
        let mut out = BufWriter::with_capacity(PIECE_BYTES, Pieces(sender.clone()));
        if let Err(error) = table.write(&looked, &mut out) {
            // Cut off in the open. Nobody may be there to hear it.
            let _ = sender.blocking_send(Err(io::Error::other(error)));
        }
    });
    let pieces = stream::unfold(receiver, async |mut receiver| {
        let piece = receiver.recv().await?;
        Some((piece, receiver))
    });
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, &named),
    ];
    Ok((head, Body::from_stream(pieces)).into_response())
}
