//! The kiosk's sentences. A language that lacks one does not compile. The Uyghur has
//! not been read by a native speaker yet.

/// Every sentence in one language.
#[derive(Debug)]
pub struct Words {
    /// The language's tag.
    pub tag: &'static str,
    /// The language in itself.
    pub name: &'static str,
    /// The greeting of the first screen.
    pub greeting: &'static str,
    /// Under the faces: no name, one tap.
    pub promise: &'static str,
    /// Under the faces, where more is asked: no name.
    pub no_name: &'static str,
    /// Button: begin, where the first screen has no faces.
    pub begin: &'static str,
    /// The elder mode.
    pub elder: &'static str,
    /// The window `{n}`.
    pub window: &'static str,
    /// Button: read the question aloud.
    pub read: &'static str,
    /// Button: back to the first screen.
    pub home: &'static str,
    /// While a tap is submitted.
    pub sending: &'static str,
    /// The warning: is somebody there?
    pub still_there: &'static str,
    /// In `{n}` seconds what was filled in is wiped.
    pub wiped_in: &'static str,
    /// In `{n}` seconds what was filled in is submitted.
    pub submitted_in: &'static str,
    /// Button: go on.
    pub go_on: &'static str,
    /// Submitted.
    pub submitted: &'static str,
    /// Thanks.
    pub thanks: &'static str,
    /// It was a test and is not sent.
    pub tested: &'static str,
    /// Button: done.
    pub done: &'static str,
    /// Closed now.
    pub closed: &'static str,
    /// Opening hours today.
    pub hours: &'static str,
    /// Closed all day.
    pub closed_today: &'static str,
    /// The survey cannot be had.
    pub unavailable: &'static str,
    /// Out of service until further notice.
    pub stopped: &'static str,
    /// Whom to ask meanwhile.
    pub ask_staff: &'static str,
    /// An officer's device: it is handed over.
    pub pass_on: &'static str,
    /// Who can read the answer.
    pub only_they: &'static str,
    /// Button: no rating.
    pub not_now: &'static str,
    /// It goes back.
    pub give_back: &'static str,
    /// Nothing can be read here.
    pub locked: &'static str,
    /// Button: the officer unlocks it.
    pub unlock: &'static str,
}

const ALL: [Words; 4] = [
    Words {
        tag: "zh-Hans",
        name: "简体中文",
        greeting: "您好，请您评价",
        promise: "不记姓名，点一下就可以",
        no_name: "不记姓名，请点一下您的感受",
        begin: "开始评价",
        elder: "长辈版",
        window: "{n} 号窗口",
        read: "读给我听",
        home: "返回首页",
        sending: "正在提交…",
        still_there: "您还在吗？",
        wiped_in: "{n} 秒后，已填写的内容会清除",
        submitted_in: "{n} 秒后，已填写的内容会提交",
        go_on: "继续填写",
        submitted: "已提交",
        thanks: "谢谢您的评价！",
        tested: "这是试评价，没有发送。",
        done: "好的",
        closed: "现在是休息时间",
        hours: "今天的服务时间",
        closed_today: "今天不办理业务",
        unavailable: "评价暂时打不开，请稍后再试。",
        stopped: "评价设备暂停使用",
        ask_staff: "如需评价，请告诉窗口工作人员。",
        pass_on: "请您评价",
        only_they: "请接过设备自己填写。您的评价会加密，民警在这台设备上看不到。",
        not_now: "这次不评价",
        give_back: "请把设备交还给民警",
        locked: "设备已锁定，看不到评价内容。",
        unlock: "民警解锁",
    },
    Words {
        tag: "zh-Hant",
        name: "繁體中文",
        greeting: "您好，請您評價",
        promise: "不記姓名，點一下就可以",
        no_name: "不記姓名，請點一下您的感受",
        begin: "開始評價",
        elder: "長輩版",
        window: "{n} 號窗口",
        read: "讀給我聽",
        home: "返回首頁",
        sending: "正在提交…",
        still_there: "您還在嗎？",
        wiped_in: "{n} 秒後，已填寫的內容會清除",
        submitted_in: "{n} 秒後，已填寫的內容會提交",
        go_on: "繼續填寫",
        submitted: "已提交",
        thanks: "謝謝您的評價！",
        tested: "這是試評價，沒有傳送。",
        done: "好的",
        closed: "現在是休息時間",
        hours: "今天的服務時間",
        closed_today: "今天不辦理業務",
        unavailable: "評價暫時打不開，請稍後再試。",
        stopped: "評價裝置暫停使用",
        ask_staff: "如需評價，請告訴窗口工作人員。",
        pass_on: "請您評價",
        only_they: "請接過裝置自己填寫。您的評價會加密，民警在這台裝置上看不到。",
        not_now: "這次不評價",
        give_back: "請把裝置交還給民警",
        locked: "裝置已鎖定，看不到評價內容。",
        unlock: "民警解鎖",
    },
    Words {
        tag: "ug",
        name: "ئۇيغۇرچە",
        greeting: "ياخشىمۇسىز، باھا بېرىڭ",
        promise: "ئىسىم يېزىلمايدۇ، بىر قېتىم بېسىڭ",
        no_name: "ئىسىم يېزىلمايدۇ",
        begin: "باھالاشنى باشلاش",
        elder: "چوڭلار نۇسخىسى",
        window: "{n}-كۆزنەك",
        read: "ئوقۇپ بەرسۇن",
        home: "باش بەتكە قايتىش",
        sending: "يوللىنىۋاتىدۇ…",
        still_there: "سىز بارمۇ؟",
        wiped_in: "{n} سېكۇنتتىن كېيىن يازغانلىرىڭىز ئۆچۈرۈلىدۇ",
        submitted_in: "{n} سېكۇنتتىن كېيىن يازغانلىرىڭىز يوللىنىدۇ",
        go_on: "داۋاملاشتۇرۇش",
        submitted: "يوللاندى",
        thanks: "باھالىغىنىڭىزغا رەھمەت!",
        tested: "بۇ سىناق، يوللانمىدى.",
        done: "بولدى",
        closed: "ھازىر دەم ئېلىش ۋاقتى",
        hours: "بۈگۈنكى مۇلازىمەت ۋاقتى",
        closed_today: "بۈگۈن ئىش بېجىرىلمەيدۇ",
        unavailable: "باھالاش بېتىنى ھازىرچە ئاچقىلى بولمىدى. سەل تۇرۇپ قايتا سىناڭ.",
        stopped: "باھالاش ئۈسكۈنىسى ۋاقىتلىق توختىتىلدى",
        ask_staff: "باھا بەرمەكچى بولسىڭىز، كۆزنەكتىكى خادىمغا ئېيتىڭ.",
        pass_on: "باھا بېرىڭ",
        only_they: "ئۈسكۈنىنى ئېلىپ ئۆزىڭىز تولدۇرۇڭ. باھالىغىنىڭىز مەخپىيلەشتۈرۈلىدۇ، ساقچى بۇ ئۈسكۈنىدە ئۇنى كۆرەلمەيدۇ.",
        not_now: "بۇ قېتىم باھا بەرمەيمەن",
        give_back: "ئۈسكۈنىنى ساقچىغا قايتۇرۇپ بېرىڭ",
        locked: "باھانى كۆرگىلى بولمايدۇ، ئۈسكۈنە قۇلۇپلاندى.",
        unlock: "ساقچى قۇلۇپنى ئاچىدۇ",
    },
    Words {
        tag: "en",
        name: "English",
        greeting: "Hello. Please rate our service",
        promise: "No name. One tap is enough.",
        no_name: "No name needed. Tap how it was.",
        begin: "Begin",
        elder: "Large type",
        window: "Window {n}",
        read: "Read it to me",
        home: "Start over",
        sending: "Submitting…",
        still_there: "Are you still there?",
        wiped_in: "What you filled in is erased in {n} s",
        submitted_in: "What you filled in is submitted in {n} s",
        go_on: "Go on",
        submitted: "Submitted",
        thanks: "Thank you for your rating!",
        tested: "This was a test; nothing was sent.",
        done: "OK",
        closed: "We are closed now",
        hours: "Hours today",
        closed_today: "Closed today",
        unavailable: "The survey cannot be opened right now. Please try again later.",
        stopped: "Out of service for now",
        ask_staff: "If you would like to rate, please tell the staff at the window.",
        pass_on: "Please rate",
        only_they: "Take the device and fill it in yourself. Your rating is encrypted; the officer cannot see it on this device.",
        not_now: "Not this time",
        give_back: "Please give the device back to the officer",
        locked: "Your rating cannot be seen, and the device is locked.",
        unlock: "Unlock (officer)",
    },
];

/// The sentences in this language, else in Chinese.
pub fn words(language: &str) -> &'static Words {
    let tags = manyi_model::text::fallbacks(language);
    let of_tag = |tag: &str| ALL.iter().find(|words| words.tag.eq_ignore_ascii_case(tag));
    tags.iter().find_map(|tag| of_tag(tag)).unwrap_or(&ALL[0])
}

/// A language's name in itself; its tag where it is not ours.
pub fn own_name(tag: &str) -> &str {
    let known = ALL.iter().find(|words| words.tag.eq_ignore_ascii_case(tag));
    known.map_or(tag, |words| words.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_falls_back_to_its_kin_and_then_to_chinese() {
        for (wanted, tag) in [
            ("zh-Hans", "zh-Hans"),
            ("zh-TW", "zh-Hant"),
            ("ug-CN", "ug"),
            ("en-GB", "en"),
            ("bo", "zh-Hans"),
        ] {
            assert_eq!(words(wanted).tag, tag, "{wanted}");
        }
        assert_eq!((own_name("ug"), own_name("bo")), ("ئۇيغۇرچە", "bo"));
    }

    #[test]
    fn sentences_with_a_number_have_a_place_for_it() {
        for words in &ALL {
            for sentence in [words.window, words.wiped_in, words.submitted_in] {
                assert_eq!(sentence.matches("{n}").count(), 1, "{sentence}");
            }
        }
    }
}
