//! The list's sentences. A language that lacks one does not compile.

/// Every sentence of the list in one language.
#[derive(Debug)]
pub struct Words {
    /// The language's tag.
    pub tag: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What the list is, and that nobody reads the answers here.
    pub about: &'static str,
    /// Nothing is here.
    pub empty: &'static str,
    /// Why an entry waits.
    pub waiting: &'static str,
    /// Why one is set apart: the content was refused, with status `{status}`.
    pub refused: &'static str,
    /// The same number arrived before with other content.
    pub conflict: &'static str,
    /// The record cannot be read.
    pub damaged: &'static str,
    /// It lies in this page only.
    pub page: &'static str,
    /// Button: send again.
    pub release: &'static str,
    /// Button: delete.
    pub discard: &'static str,
    /// Asks before deleting.
    pub sure: &'static str,
    /// Button: delete, really.
    pub yes: &'static str,
    /// Button: keep.
    pub no: &'static str,
    /// Button: export to a file.
    pub export: &'static str,
    /// Button: import from a file.
    pub import: &'static str,
    /// Of `{m}` ratings in the file `{n}` were new here.
    pub imported: &'static str,
    /// Why the others were not taken in.
    pub others: &'static str,
    /// It did not work: `{error}`.
    pub failed: &'static str,
    /// The browser keeps what lies here.
    pub is_kept: &'static str,
    /// It may throw it away.
    pub may_go: &'static str,
    /// About `{n}` MB are free.
    pub room: &'static str,
    /// A rating is saved when the disk has it.
    pub is_strict: &'static str,
    /// It is saved before the disk has it.
    pub not_strict: &'static str,
    /// The device's clock is certainly wrong: it shows `{date}`.
    pub clock_is_wrong: &'static str,
    /// It may be: something has waited for long. It shows `{date}`.
    pub clock_may_be_wrong: &'static str,
    /// Button: close the list.
    pub close: &'static str,
}

impl Words {
    /// That of the `all` ratings in a file `new` were taken in.
    pub fn imported(&self, new: f64, all: u32) -> String {
        let mut said = self
            .imported
            .replace("{n}", &whole(new))
            .replace("{m}", &all.to_string());
        if new < f64::from(all) {
            said.push(' ');
            said.push_str(self.others);
        }
        said
    }
}

/// A count as it is shown.
pub fn whole(count: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` saturates, and the number is only shown"
    )]
    let count = count as u64;
    count.to_string()
}

/// The languages that there are; the first is the one to fall back to.
pub const ALL: [Words; 4] = [
    Words {
        tag: "zh-Hans",
        title: "这台设备上的评价",
        about: "这里只列出时间、问卷和原因，看不到评价内容。",
        empty: "没有等待送出的评价，也没有需要处理的评价。",
        waiting: "等待送出",
        refused: "服务器没有接收（状态 {status}）",
        conflict: "同一编号的评价已经收到，内容不同，两份都已保留",
        damaged: "记录已损坏，无法送出",
        page: "只在当前页面上，还没有保存",
        release: "再送一次",
        discard: "删除",
        sure: "删除后无法恢复。确定删除这份评价吗？",
        yes: "确定删除",
        no: "不删除",
        export: "导出到文件",
        import: "从文件导入",
        imported: "文件里有 {m} 份评价，新导入 {n} 份，将从这台设备送出。",
        others: "其余的已经在这台设备上，或者无法读取。",
        failed: "没有成功：{error}",
        is_kept: "浏览器已答应长期保留这里的评价。",
        may_go: "浏览器没有答应长期保留：空间不够时，它可能自行清除还没送出的评价。请尽快连网，或先导出到文件。",
        room: "大约还能存 {n} MB。",
        is_strict: "每份评价写进磁盘后才算保存。",
        not_strict: "突然断电时，刚保存的评价可能丢失：这个浏览器不保证先写进磁盘。",
        clock_is_wrong: "这台设备的时钟不对：它显示 {date}。请在系统设置里校正日期和时间，否则评价可能送不出去。评价仍保存在这里。",
        clock_may_be_wrong: "有评价等了很久还没有送出。请检查网络，再核对这台设备的日期和时间（它显示 {date}）：时钟不对时，安全连接会失败。评价仍保存在这里。",
        close: "关闭",
    },
    Words {
        tag: "zh-Hant",
        title: "這台裝置上的評價",
        about: "這裡只列出時間、問卷和原因，看不到評價內容。",
        empty: "沒有等待送出的評價，也沒有需要處理的評價。",
        waiting: "等待送出",
        refused: "伺服器沒有接收（狀態 {status}）",
        conflict: "同一編號的評價已經收到，內容不同，兩份都已保留",
        damaged: "記錄已損壞，無法送出",
        page: "只在目前頁面上，還沒有保存",
        release: "再送一次",
        discard: "刪除",
        sure: "刪除後無法復原。確定刪除這份評價嗎？",
        yes: "確定刪除",
        no: "不刪除",
        export: "匯出到檔案",
        import: "從檔案匯入",
        imported: "檔案裡有 {m} 份評價，新匯入 {n} 份，將從這台裝置送出。",
        others: "其餘的已經在這台裝置上，或者無法讀取。",
        failed: "沒有成功：{error}",
        is_kept: "瀏覽器已答應長期保留這裡的評價。",
        may_go: "瀏覽器沒有答應長期保留：空間不夠時，它可能自行清除還沒送出的評價。請盡快連網，或先匯出到檔案。",
        room: "大約還能存 {n} MB。",
        is_strict: "每份評價寫進磁碟後才算保存。",
        not_strict: "突然斷電時，剛保存的評價可能遺失：這個瀏覽器不保證先寫進磁碟。",
        clock_is_wrong: "這台裝置的時鐘不對：它顯示 {date}。請在系統設定裡校正日期和時間，否則評價可能送不出去。評價仍保存在這裡。",
        clock_may_be_wrong: "有評價等了很久還沒有送出。請檢查網路，再核對這台裝置的日期和時間（它顯示 {date}）：時鐘不對時，安全連線會失敗。評價仍保存在這裡。",
        close: "關閉",
    },
    Words {
        tag: "en",
        title: "Ratings on this device",
        about: "Only time, survey and reason are listed here. Nobody can read the answers.",
        empty: "Nothing waits to be sent, and nothing needs staff.",
        waiting: "Waits to be sent",
        refused: "The server did not accept it (status {status})",
        conflict: "This number arrived before with other content; both are kept",
        damaged: "The record is damaged and cannot be sent",
        page: "In this page only, not saved yet",
        release: "Send again",
        discard: "Delete",
        sure: "It cannot be brought back. Delete this rating?",
        yes: "Delete it",
        no: "Keep it",
        export: "Export to a file",
        import: "Import from a file",
        imported: "Ratings in the file: {m}. Taken in: {n}, to be sent from this device.",
        others: "The others are here already, or cannot be read.",
        failed: "It did not work: {error}",
        is_kept: "The browser has agreed to keep what lies here.",
        may_go: "The browser has not agreed to keep what lies here: when room gets scarce, it may delete ratings that were not sent yet. Connect soon, or export to a file first.",
        room: "Room for about {n} MB more.",
        is_strict: "A rating counts as saved when the disk has it.",
        not_strict: "Not guaranteed against a power cut: this browser may call a rating saved before the disk has it.",
        clock_is_wrong: "This device's clock is wrong: it shows {date}. Set date and time in its settings; until then ratings may not get through. They are kept here.",
        clock_may_be_wrong: "Ratings have waited for long. Check the network, and check the date and time of this device (it shows {date}): with a wrong clock secure connections fail. The ratings are kept here.",
        close: "Close",
    },
    Words {
        tag: "ug",
        title: "بۇ ئۈسكۈنىدىكى باھالار",
        about: "بۇ يەردە پەقەت ۋاقىت، سوئالنامە ۋە سەۋەب كۆرۈنىدۇ، باھانىڭ مەزمۇنى كۆرۈنمەيدۇ.",
        empty: "يوللاشنى كۈتۈۋاتقان ياكى بىر تەرەپ قىلىشقا تېگىشلىك باھا يوق.",
        waiting: "يوللاشنى كۈتۈۋاتىدۇ",
        refused: "مۇلازىمېتىر قوبۇل قىلمىدى (ھالەت {status})",
        conflict: "مۇشۇ نومۇردىكى باھا بۇرۇن كەلگەن، مەزمۇنى ئوخشىمايدۇ، ئىككىلىسى ساقلاندى",
        damaged: "خاتىرە بۇزۇلغان، يوللىغىلى بولمايدۇ",
        page: "پەقەت مۇشۇ بەتتە، تېخى ساقلانمىدى",
        release: "قايتا يوللاش",
        discard: "ئۆچۈرۈش",
        sure: "ئۆچۈرۈلسە ئەسلىگە كەلتۈرگىلى بولمايدۇ. بۇ باھانى ئۆچۈرەمسىز؟",
        yes: "ئۆچۈرۈش",
        no: "ساقلاپ قېلىش",
        export: "ھۆججەتكە چىقىرىش",
        import: "ھۆججەتتىن ئەكىرىش",
        imported: "ھۆججەتتە {m} باھا بار، {n} يېڭىسى ئەكىرىلدى، مۇشۇ ئۈسكۈنىدىن يوللىنىدۇ.",
        others: "قالغانلىرى بۇ ئۈسكۈنىدە بار ياكى ئوقۇغىلى بولمايدۇ.",
        failed: "بولمىدى: {error}",
        is_kept: "توركۆرگۈ بۇ يەردىكى باھالارنى ئۇزۇن ساقلاشقا ماقۇل بولدى.",
        may_go: "توركۆرگۈ ئۇزۇن ساقلاشقا ماقۇل بولمىدى: بوشلۇق يەتمىسە، تېخى يوللانمىغان باھالارنى ئۆچۈرۈۋېتىشى مۇمكىن. تېزرەك تورغا ئۇلاڭ ياكى ئاۋۋال ھۆججەتكە چىقىرىڭ.",
        room: "يەنە تەخمىنەن {n} MB ساقلىغىلى بولىدۇ.",
        is_strict: "ھەر بىر باھا دىسكىغا يېزىلغاندىن كېيىن ئاندىن ساقلانغان بولىدۇ.",
        not_strict: "تۇيۇقسىز توك ئۈزۈلسە، يېڭىلا ساقلانغان باھا يوقىلىپ كېتىشى مۇمكىن: بۇ توركۆرگۈ ئاۋۋال دىسكىغا يېزىشقا كاپالەتلىك قىلمايدۇ.",
        clock_is_wrong: "بۇ ئۈسكۈنىنىڭ سائىتى توغرا ئەمەس: {date} نى كۆرسىتىۋاتىدۇ. تەڭشەكتىن چېسلا ۋە ۋاقىتنى توغرىلاڭ، بولمىسا باھالار يوللانماسلىقى مۇمكىن. باھالار بۇ يەردە ساقلاقلىق.",
        clock_may_be_wrong: "بەزى باھالار ئۇزۇندىن بېرى يوللانمىدى. تورنى ۋە بۇ ئۈسكۈنىنىڭ چېسلا ۋە ۋاقتىنى تەكشۈرۈڭ ({date} نى كۆرسىتىۋاتىدۇ): سائەت توغرا بولمىسا بىخەتەر ئۇلىنىش مەغلۇپ بولىدۇ. باھالار بۇ يەردە ساقلاقلىق.",
        close: "تاقاش",
    },
];

/// The words for `language`, by its own tag, its script, or its base.
pub fn words(language: &str) -> &'static Words {
    let wanted = language.to_ascii_lowercase();
    let is_traditional = ["zh-hant", "zh-tw", "zh-hk", "zh-mo"]
        .iter()
        .any(|tag| wanted.starts_with(tag));
    let tag = match wanted.split('-').next() {
        Some("zh") if is_traditional => "zh-Hant",
        Some("en") => "en",
        Some("ug") => "ug",
        _ => "zh-Hans",
    };
    ALL.iter().find(|words| words.tag == tag).unwrap_or(&ALL[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_nearest_language() {
        for (wanted, tag) in [
            ("zh-CN", "zh-Hans"),
            ("zh-HK", "zh-Hant"),
            ("zh-Hant-TW", "zh-Hant"),
            ("en-GB", "en"),
            ("ug-CN", "ug"),
            ("fr", "zh-Hans"),
            ("", "zh-Hans"),
        ] {
            assert_eq!(words(wanted).tag, tag, "{wanted}");
        }
    }

    #[test]
    fn every_language_keeps_the_places_for_numbers_and_reasons() {
        for words in &ALL {
            assert!(words.refused.contains("{status}"), "{}", words.tag);
            assert!(words.imported.contains("{n}"), "{}", words.tag);
            assert!(words.imported.contains("{m}"), "{}", words.tag);
            assert!(words.failed.contains("{error}"), "{}", words.tag);
            assert!(words.room.contains("{n}"), "{}", words.tag);
            assert!(words.clock_is_wrong.contains("{date}"), "{}", words.tag);
            assert!(words.clock_may_be_wrong.contains("{date}"), "{}", words.tag);
        }
    }

    #[test]
    fn what_a_file_held_and_what_was_new_are_said() {
        let words = words("en");
        let all = "Ratings in the file: 2. Taken in: 2, to be sent from this device.";
        assert_eq!(words.imported(2.0, 2), all);
        let some = "Ratings in the file: 3. Taken in: 1, to be sent from this device. \
                    The others are here already, or cannot be read.";
        assert_eq!(words.imported(1.0, 3), some);
    }
}
