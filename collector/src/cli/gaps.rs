//! `manyi-collector gaps`.

use std::process::ExitCode;

use manyi_collector::config::{Place, Serving, Settings};
use manyi_collector::{clock, store};

use super::Failure;

/// Prints one line for each gap, with tabs between, as spreadsheets and `cut` take it.
pub fn print(place: &Place) -> Result<ExitCode, Failure> {
    let settings = Settings::new(place, Serving::default())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let gaps = runtime.block_on(async {
        let store = store::open(&settings.data, settings.database.as_deref(), false).await?;
        store.gaps().await
    })?;
    println!("device\tfirst\tlast\tmissing\tsince");
    for gap in &gaps {
        let since = clock::rfc3339(gap.since);
        let count = gap.count();
        println!(
            "{}\t{}\t{}\t{count}\t{since}",
            gap.device, gap.first, gap.last
        );
    }
    let missing: i64 = gaps.iter().map(store::gaps::Gap::count).sum();
    eprintln!("{missing} responses missing");
    Ok(ExitCode::SUCCESS)
}
