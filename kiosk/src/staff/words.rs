//! The sentences of the staff's pages.

/// Every sentence in one language.
#[derive(Debug)]
pub struct Words {
    tag: &'static str,
    /// The door to these pages.
    pub door: &'static str,
    /// Asks for the PIN.
    pub give_pin: &'static str,
    /// Asks for a new PIN.
    pub choose_pin: &'static str,
    /// Asks for it again.
    pub repeat_pin: &'static str,
    /// It was wrong.
    pub wrong_pin: &'static str,
    /// Wait `{n}` seconds.
    pub wait: &'static str,
    /// It is no PIN.
    pub no_pin: &'static str,
    /// The second differs from the first.
    pub differs: &'static str,
    /// It cannot be kept here.
    pub not_kept: &'static str,
    /// Key: delete.
    pub delete: &'static str,
    /// Key: enter.
    pub enter: &'static str,
    /// Heading.
    pub menu: &'static str,
    /// Entries that wait.
    pub waiting: &'static str,
    /// Entries that need staff.
    pub apart: &'static str,
    /// When the collector last answered.
    pub contact: &'static str,
    /// Never.
    pub never: &'static str,
    /// Whether the network is there.
    pub online: &'static str,
    /// Whether the storage is protected.
    pub persistent: &'static str,
    /// Yes.
    pub yes: &'static str,
    /// No.
    pub no: &'static str,
    /// Visits begun and submitted.
    pub begun: &'static str,
    /// Visits that were left.
    pub idle_ends: &'static str,
    /// Visits that were marked.
    pub flagged: &'static str,
    /// The survey.
    pub survey: &'static str,
    /// Unit and window.
    pub place: &'static str,
    /// The version.
    pub version: &'static str,
    /// Settings that were not understood.
    pub wrong: &'static str,
    /// The device's name.
    pub device: &'static str,
    /// Button: the list of what lies on the device.
    pub queue: &'static str,
    /// Button: send now.
    pub send: &'static str,
    /// Button: a rating that is not sent.
    pub test: &'static str,
    /// Button: another PIN.
    pub new_pin: &'static str,
    /// Button: out of the kiosk.
    pub exit: &'static str,
    /// Button: back to the first screen.
    pub leave: &'static str,
    /// Button: back to the menu.
    pub back: &'static str,
    /// Asks for the code.
    pub give_code: &'static str,
    /// Where it comes from.
    pub code_how: &'static str,
    /// The other way, by an address.
    pub without_code: &'static str,
    /// Key: come in.
    pub enrol: &'static str,
    /// While the code is tried.
    pub enrolling: &'static str,
    /// The code is not whole.
    pub code_short: &'static str,
    /// The code is wrong, used, or too old.
    pub code_wrong: &'static str,
    /// Too many were tried; wait `{n}` seconds.
    pub code_many: &'static str,
    /// This server takes no codes.
    pub code_unknown: &'static str,
    /// The server cannot be reached.
    pub code_offline: &'static str,
    /// Button: come in by another code.
    pub new_code: &'static str,
    /// Whether it came in by a code.
    pub link: &'static str,
    /// It did.
    pub linked: &'static str,
    /// It did not.
    pub not_linked: &'static str,
    /// It was shut out.
    pub shut_out: &'static str,
    /// What to do then.
    pub needs_code: &'static str,
    /// The device's clock.
    pub clock: &'static str,
    /// It is right.
    pub in_time: &'static str,
    /// It is `{n}` seconds fast.
    pub fast: &'static str,
    /// It is `{n}` seconds slow.
    pub slow: &'static str,
    /// Heading: have somebody rate.
    pub have_rated: &'static str,
    /// The number of the matter.
    pub matter: &'static str,
    /// Button: hand the device over.
    pub hand_over: &'static str,
    /// Button: a link for their own phone.
    pub by_phone: &'static str,
    /// Button: lock.
    pub lock: &'static str,
    /// What was typed looks like a person, or is no number.
    pub bad_matter: &'static str,
    /// The matter has been rated.
    pub already: &'static str,
    /// No network: hand it over instead.
    pub link_offline: &'static str,
    /// The server made none.
    pub link_refused: &'static str,
    /// Heading: scan it.
    pub scan: &'static str,
    /// It opens for `{n}` minutes.
    pub holds: &'static str,
    /// Or type the address.
    pub or_type: &'static str,
    /// Button: take it back.
    pub revoke: &'static str,
    /// Somebody rated.
    pub used: &'static str,
    /// It was taken back.
    pub revoked: &'static str,
    /// It has expired.
    pub expired: &'static str,
}

const ALL: [Words; 3] = [
    Words {
        tag: "zh-Hans",
        door: "工作人员",
        give_pin: "请输入管理密码",
        choose_pin: "请设置管理密码（6 至 12 位数字）",
        repeat_pin: "请再输入一次",
        wrong_pin: "密码不对",
        wait: "密码不对，请等 {n} 秒再试",
        no_pin: "请用 6 至 12 位数字，不能全部相同",
        differs: "两次输入不一样，请重新设置",
        not_kept: "这台设备不能保存密码：请通过 HTTPS 打开",
        delete: "删除",
        enter: "确定",
        menu: "设备管理",
        waiting: "等待发送",
        apart: "需要处理",
        contact: "最近一次联系服务器",
        never: "还没有",
        online: "网络已连接",
        persistent: "存储受保护",
        yes: "是",
        no: "否",
        begun: "开始评价 / 已提交",
        idle_ends: "中途离开",
        flagged: "间隔过短或过密",
        survey: "评价表",
        place: "单位 · 窗口",
        version: "版本",
        wrong: "看不懂的设置",
        device: "设备名称",
        queue: "查看和导出",
        send: "立即发送",
        test: "试评价",
        new_pin: "更换密码",
        exit: "退出",
        leave: "返回首页",
        back: "返回",
        give_code: "请输入登记码",
        code_how: "登记码由管理员在服务器上生成，一台设备一个，15 分钟内有效。",
        without_code: "不用登记码时，请打开一次这样的网址：",
        enrol: "登记",
        enrolling: "正在登记…",
        code_short: "登记码有 8 个字符",
        code_wrong: "登记码不对、已用过或已过期，请向管理员要一个新的",
        code_many: "试得太多了，请等 {n} 秒再试",
        code_unknown: "这个服务器不接受登记码",
        code_offline: "连不上服务器，请检查网络后再试",
        new_code: "输入登记码",
        link: "登记",
        linked: "已登记",
        not_linked: "未登记",
        shut_out: "已失效",
        needs_code: "服务器不再认识这台设备。已保存的评价不会丢失；请输入新的登记码。",
        clock: "设备时钟",
        in_time: "准",
        fast: "快 {n} 秒",
        slow: "慢 {n} 秒",
        have_rated: "请群众评价",
        matter: "办件编号（选填）",
        hand_over: "交给对方评价",
        by_phone: "对方用自己的手机扫码",
        lock: "锁定",
        bad_matter: "编号里不能有姓名、电话或证件号码",
        already: "这个办件已经评价过，不用再评",
        link_offline: "没有网络，请改用“交给对方评价”",
        link_refused: "服务器没有生成二维码，请稍后再试",
        scan: "请用手机扫码评价",
        holds: "{n} 分钟内有效，只能评价一次",
        or_type: "扫不了码，请在手机浏览器里输入这个网址（不分大小写）：",
        revoke: "作废",
        used: "对方已经评价",
        revoked: "二维码已作废",
        expired: "二维码已过期，没有人评价",
    },
    Words {
        tag: "zh-Hant",
        door: "工作人員",
        give_pin: "請輸入管理密碼",
        choose_pin: "請設定管理密碼（6 至 12 位數字）",
        repeat_pin: "請再輸入一次",
        wrong_pin: "密碼不對",
        wait: "密碼不對，請等 {n} 秒再試",
        no_pin: "請用 6 至 12 位數字，不能全部相同",
        differs: "兩次輸入不一樣，請重新設定",
        not_kept: "這台裝置不能保存密碼：請透過 HTTPS 開啟",
        delete: "刪除",
        enter: "確定",
        menu: "裝置管理",
        waiting: "等待傳送",
        apart: "需要處理",
        contact: "最近一次聯絡伺服器",
        never: "還沒有",
        online: "網路已連線",
        persistent: "儲存受保護",
        yes: "是",
        no: "否",
        begun: "開始評價 / 已提交",
        idle_ends: "中途離開",
        flagged: "間隔過短或過密",
        survey: "評價表",
        place: "單位 · 窗口",
        version: "版本",
        wrong: "看不懂的設定",
        device: "裝置名稱",
        queue: "查看和匯出",
        send: "立即傳送",
        test: "試評價",
        new_pin: "更換密碼",
        exit: "退出",
        leave: "返回首頁",
        back: "返回",
        give_code: "請輸入登記碼",
        code_how: "登記碼由管理員在伺服器上產生，一台裝置一個，15 分鐘內有效。",
        without_code: "不用登記碼時，請開啟一次這樣的網址：",
        enrol: "登記",
        enrolling: "正在登記…",
        code_short: "登記碼有 8 個字元",
        code_wrong: "登記碼不對、已用過或已過期，請向管理員要一個新的",
        code_many: "試得太多了，請等 {n} 秒再試",
        code_unknown: "這個伺服器不接受登記碼",
        code_offline: "連不上伺服器，請檢查網路後再試",
        new_code: "輸入登記碼",
        link: "登記",
        linked: "已登記",
        not_linked: "未登記",
        shut_out: "已失效",
        needs_code: "伺服器不再認識這台裝置。已保存的評價不會遺失；請輸入新的登記碼。",
        clock: "裝置時鐘",
        in_time: "準",
        fast: "快 {n} 秒",
        slow: "慢 {n} 秒",
        have_rated: "請群眾評價",
        matter: "辦件編號（選填）",
        hand_over: "交給對方評價",
        by_phone: "對方用自己的手機掃碼",
        lock: "鎖定",
        bad_matter: "編號裡不能有姓名、電話或證件號碼",
        already: "這個辦件已經評價過，不用再評",
        link_offline: "沒有網路，請改用「交給對方評價」",
        link_refused: "伺服器沒有產生二維碼，請稍後再試",
        scan: "請用手機掃碼評價",
        holds: "{n} 分鐘內有效，只能評價一次",
        or_type: "掃不了碼，請在手機瀏覽器裡輸入這個網址（不分大小寫）：",
        revoke: "作廢",
        used: "對方已經評價",
        revoked: "二維碼已作廢",
        expired: "二維碼已過期，沒有人評價",
    },
    Words {
        tag: "en",
        door: "Staff",
        give_pin: "Enter the PIN",
        choose_pin: "Choose a PIN (6 to 12 digits)",
        repeat_pin: "Enter it again",
        wrong_pin: "Wrong PIN",
        wait: "Wrong PIN. Try again in {n} s",
        no_pin: "6 to 12 digits, not all the same",
        differs: "That was not the same. Choose again",
        not_kept: "This device cannot keep a PIN: open the page by HTTPS",
        delete: "Delete",
        enter: "OK",
        menu: "This device",
        waiting: "Waiting to be sent",
        apart: "Need attention",
        contact: "Last contact with the server",
        never: "Not yet",
        online: "Network connected",
        persistent: "Storage protected",
        yes: "Yes",
        no: "No",
        begun: "Visits begun / submitted",
        idle_ends: "Walked away",
        flagged: "Too quick or too many",
        survey: "Survey",
        place: "Unit · window",
        version: "Version",
        wrong: "Settings not understood",
        device: "Name of the device",
        queue: "Look and export",
        send: "Send now",
        test: "Test rating",
        new_pin: "Change the PIN",
        exit: "Leave the kiosk",
        leave: "Back to the first screen",
        back: "Back",
        give_code: "Enter the code",
        code_how: "The administrator makes it on the server: one for each device, good for 15 minutes.",
        without_code: "Without a code, open an address such as this once:",
        enrol: "Enrol",
        enrolling: "Enrolling…",
        code_short: "A code has 8 characters",
        code_wrong: "This code is wrong, used or too old. Ask the administrator for a new one",
        code_many: "Too many tries. Wait {n} s and try again",
        code_unknown: "This server takes no codes",
        code_offline: "The server cannot be reached. Check the network and try again",
        new_code: "Enter a code",
        link: "Enrolment",
        linked: "Enrolled",
        not_linked: "Not enrolled",
        shut_out: "No longer valid",
        needs_code: "The server no longer knows this device. Saved ratings are not lost; please enter a new code.",
        clock: "Clock of the device",
        in_time: "Right",
        fast: "{n} s fast",
        slow: "{n} s slow",
        have_rated: "Have somebody rate",
        matter: "Number of the matter (optional)",
        hand_over: "Hand the device over",
        by_phone: "They scan with their own phone",
        lock: "Lock",
        bad_matter: "No name, telephone or identity number may stand here",
        already: "This matter has been rated already",
        link_offline: "No network: hand the device over instead",
        link_refused: "The server made no code. Please try again later",
        scan: "Scan to rate on your own phone",
        holds: "Opens for {n} minutes, for one rating",
        or_type: "Where the camera fails, type this address into the phone's browser (capitals or not):",
        revoke: "Take it back",
        used: "They have rated",
        revoked: "The code was taken back",
        expired: "The code has expired; nobody rated",
    },
];

/// The sentences in this language, else in Chinese.
pub fn words(language: &str) -> &'static Words {
    let tags = manyi_model::text::fallbacks(language);
    let of_tag = |tag: &str| ALL.iter().find(|words| words.tag.eq_ignore_ascii_case(tag));
    match language.split('-').next() {
        // Staff reads Chinese where the page is in a language that is not here.
        Some("zh" | "en") => tags.iter().find_map(|tag| of_tag(tag)).unwrap_or(&ALL[0]),
        _ => &ALL[0],
    }
}
