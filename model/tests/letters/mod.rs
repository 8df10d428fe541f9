//! Which letters belong to a language, for the tests of words and surveys.

/// Characters of Simplified Chinese that Traditional Chinese writes otherwise,
/// the ones that police stations and service halls use most.
const SIMPLIFIED: &str = "们这号与务满说话见评价给对时间问题报来为从处办证实现电脑网络应该让谁请选择项页读写长辈语\
    简体单过还远连进运达边迟适关开闭门闻闲听闹图团园围圆场块坏坚坛声壳备复头夹夺奋妇妈孙学宁\
    宝审宪宫宽宾寻导寿将尔尘尝层届属岁岗岛币帅师帐带帮广庆库庙废张弹强归当录彻径忆忧怀态怜总\
    恋恳恶恼悬惊惧惩惯愤愿戏战扑执扩扫扬扰抚抛抢护担拟拥拦挂挡挤挥损换据掷敌数断无旧显晋晒晓\
    暂术机杀杂权条杨极构枪柜标栋树样桥检楼横欢欧残毁毕气汇汉汤沟泪泼泽洁浅测济浏浑浓涛润涨渐\
    湾湿溃滚滤灭灯灵灾炉点炼烂烟烦烧热爱爷牵犹狱独狭猎环画畅疗疯盏盐监盖盗盘矿码确础礼祸离种\
    积称稳穷窃竖竞笔筑粮紧纠红约级纪纯纳纵纷线练组细终经结绝统继绩续维综绿缓编缘缩缴罗罚职联\
    聪肃肤胜脏脚脸节芦苏药获营虑虽虾蚀补装观规视览觉触誉计订认讨训议讯记讲许论设访识诈诉词译\
    试诗诚询详误诸课调谈谋谢谣谱质购贪贫账货败贩贯责贴费贺资赔赖赛赞赠赶趋跃车转轮软轻较辅辆\
    输辖辽迁违递逻遗邮郑释钟钢钱铁银错锁键锋镇闯闷队阳阴阵阶际陆陈险随隐难雾静韩顶顺须顾预领\
    频额风飞饭饮馆驾骂验骗鱼鸟鸡齐龄";

/// The first simplified character in a text of Traditional Chinese.
pub fn simplified(text: &str) -> Option<char> {
    text.chars().find(|c| SIMPLIFIED.contains(*c))
}

/// The first character that modern Uyghur does not write: look-alike letters of
/// Arabic and Persian (ه, ی, ک, ة …), and letters of other scripts.
pub fn not_uyghur(text: &str) -> Option<char> {
    const LETTERS: &str = "ئاەبپتجچخدرزژسشغفقكگڭلمنھوۇۆۈۋېىي";
    const SIGNS: &str = " 0123456789-/،؛؟.:«»…()";
    text.chars()
        .find(|c| !LETTERS.contains(*c) && !SIGNS.contains(*c))
}
