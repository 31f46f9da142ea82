//! The words of the demo: names, and what customers say and hear.

/// Family names.
pub const SURNAMES: [&str; 20] = [
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "高", "罗", "郑",
];
/// Given names.
pub const GIVEN: [&str; 23] = [
    "芳", "伟", "秀英", "敏", "静", "磊", "洋", "艳", "勇", "娟", "杰", "涛", "明", "霞", "平", "桂英",
    "文博", "子涵", "雨桐", "浩然", "欣怡", "建国", "丽华",
];
/// Companies with their industries.
pub const COMPANIES: [(&str, &str); 8] = [
    ("上海申浦商贸有限公司", "retail"),
    ("杭州云帆旅行社", "travel"),
    ("北京启明教育科技有限公司", "education"),
    ("深圳蓝海电子有限公司", "electronics"),
    ("广州和顺物业管理有限公司", "property"),
    ("成都天府会展有限公司", "exhibition"),
    ("上海恒信会计师事务所", "accounting"),
    ("苏州锦程汽车服务有限公司", "repair"),
];

/// What a customer says, and what comes of it.
pub struct Words {
    /// The type.
    pub kind: &'static str,
    /// The channel.
    pub channel: &'static str,
    /// The headline.
    pub subject: &'static str,
    /// What happened.
    pub description: &'static str,
    /// What the customer wants.
    pub demand: &'static str,
    /// What is done: measure and words.
    pub plan: (&'static str, &'static str),
    /// Why that is right.
    pub basis: &'static str,
    /// What the customer is told.
    pub reply: &'static str,
}

/// Hotel, shop, bank, school and repair shop.
pub const WORDS: [Words; 16] = [
    Words {
        kind: "complaint",
        channel: "phone",
        subject: "房间隔音差",
        description: "入住临街房间,早上六点多就被马路上的车声吵醒,前一晚隔壁电视声也听得一清二楚,整晚没有睡好。",
        demand: "更换安静的房间,并退还一晚房费的差价。",
        plan: ("compensation", "当日更换为内侧高楼层房间,并按协议价退还一晚差价。"),
        basis: "《客房服务标准》第 12 条:噪声投诉经核实的,免费换房并补偿差价。",
        reply: "您好,已为您换到内侧 18 楼房间,差价已原路退回,预计三个工作日到账。给您带来不便,我们深表歉意。",
    },
    Words {
        kind: "complaint",
        channel: "wechat",
        subject: "空调半夜不制冷",
        description: "凌晨两点空调停止制冷,前台说工程部已下班,只送来一台风扇,房间温度一直在 29 度以上。",
        demand: "请尽快维修,并说明为什么夜间没有值班人员。",
        plan: ("repair", "更换压缩机启动电容,并恢复工程部夜间值班。"),
        basis: "工程部检修单与《夜间值班制度》。",
        reply: "您好,空调已修复并测试正常,自本周起工程部恢复夜间值班,值班电话在房间电话机上。",
    },
    Words {
        kind: "complaint",
        channel: "app",
        subject: "退款超过七天未到账",
        description: "在商城退货后页面显示退款成功,但十天过去银行卡仍未收到退款,客服每次都说再等等。",
        demand: "马上退款,并说明具体到账时间。",
        plan: ("refund", "核对支付流水,向支付机构补发退款指令。"),
        basis: "支付机构回执显示首次退款指令超时未受理。",
        reply: "您好,首次退款指令因超时未被受理,现已重新发起并收到成功回执,款项预计今日到账。",
    },
    Words {
        kind: "complaint",
        channel: "store",
        subject: "新买的电饭煲不通电",
        description: "门店购买的电饭煲第二次使用时就不通电,换了插座也不行,发票和保修卡都在。",
        demand: "换一台新的。",
        plan: ("replace", "确认为电源板故障,更换同型号新机。"),
        basis: "三包规定:七日内性能故障,消费者可选择退货、换货或修理。",
        reply: "您好,检测确认为电源板故障,新机已备好,您可随时到店领取,也可由我们送货上门。",
    },
    Words {
        kind: "complaint",
        channel: "phone",
        subject: "信用卡年费被误扣",
        description: "办卡时承诺刷满六次免年费,今年已刷二十多次,账单仍扣了三百元年费。",
        demand: "退还年费,并书面确认免年费条件。",
        plan: ("refund", "冲回年费并更正该卡的免年费标记。"),
        basis: "开卡申请表第 4 页免年费条款;系统标记缺失。",
        reply: "您好,年费已冲回,将显示在下期账单;免年费标记已更正,书面确认函已寄往您的账单地址。",
    },
    Words {
        kind: "complaint",
        channel: "online_service",
        subject: "课程临时取消没有通知",
        description: "周六的少儿英语课临时取消,没有短信也没有电话,带孩子跑了一个小时白来一趟。",
        demand: "补课,并保证以后提前通知。",
        plan: ("improve", "安排补课,停课通知改为提前一天短信加电话双确认。"),
        basis: "《教学服务承诺》:停课须至少提前 24 小时通知。",
        reply: "您好,本周日下午已安排同一老师补课,今后停课将提前一天短信并电话确认,再次抱歉。",
    },
    Words {
        kind: "complaint",
        channel: "phone",
        subject: "维修后异响依旧",
        description: "车辆因底盘异响在店里修了两天,取车当晚异响又出现,和修之前一模一样。",
        demand: "免费返修,并提供代步车。",
        plan: ("repair", "免费返修,更换前下摆臂衬套,返修期间提供代步车。"),
        basis: "维修质保期内同一故障免费返修。",
        reply: "您好,经路试确认为衬套老化,已免费更换并路试二十公里无异响,代步车使用期间不收费用。",
    },
    Words {
        kind: "complaint",
        channel: "social",
        subject: "早餐食材不新鲜",
        description: "自助早餐的水果有异味,同行的两人吃完后肠胃不适,已去医院检查。",
        demand: "彻查食材来源,并承担检查费用。",
        plan: ("compensation", "封存同批食材送检,承担检查费用,暂停该供应商。"),
        basis: "《食品安全应急预案》第 3 条。",
        reply: "您好,同批食材已送检,供应商已暂停合作,检查费用凭票据由我们全额承担,检测报告出具后第一时间发给您。",
    },
    Words {
        kind: "inquiry",
        channel: "phone",
        subject: "会议室能否提供同声传译",
        description: "公司下月要办一场八十人的国际会议,想了解贵店会议室是否配有同声传译设备和技术人员。",
        demand: "请提供设备清单和报价。",
        plan: ("answer", "提供两套同传方案及报价单。"),
        basis: "会议服务价目表(本年度)。",
        reply: "您好,我们提供红外与无线两套同传方案,均含两名技术人员,清单与报价单已发送至您的邮箱。",
    },
    Words {
        kind: "inquiry",
        channel: "website",
        subject: "积分如何兑换",
        description: "会员积分快到期了,在手机上找不到兑换入口,想知道可以换些什么、怎么换。",
        demand: "告诉我兑换方法和到期时间。",
        plan: ("answer", "说明兑换入口与到期日,并开通到期提醒。"),
        basis: "会员章程第 9 条。",
        reply: "您好,请在“我的—会员中心—积分兑换”中操作,您的积分将于下月底到期,已为您开通到期提醒。",
    },
    Words {
        kind: "inquiry",
        channel: "email",
        subject: "企业账户开户材料",
        description: "我司拟在贵行开立基本户,请问需要哪些材料,是否可以预约上门办理。",
        demand: "材料清单和预约方式。",
        plan: ("answer", "发送材料清单,并安排客户经理上门。"),
        basis: "对公账户开户指引。",
        reply: "您好,材料清单已附上,客户经理将于您指定的时间上门,如需变更请直接回复本邮件。",
    },
    Words {
        kind: "suggestion",
        channel: "app",
        subject: "希望增加发票自动开具",
        description: "每次离店都要排队开发票,建议在 App 里提交抬头后自动开具电子发票。",
        demand: "希望下个版本能支持。",
        plan: ("improve", "列入下一版本,先在三家门店试点。"),
        basis: "产品评审会纪要。",
        reply: "您好,自助开票功能已列入下一版本,下月起在三家门店试点,感谢您的好建议。",
    },
    Words {
        kind: "suggestion",
        channel: "survey",
        subject: "早教班希望增加周末晚间场",
        description: "双职工家庭工作日很难带孩子来,周末白天又经常约满,建议增加周末晚间场次。",
        demand: "增加周末晚间场。",
        plan: ("improve", "自下月起增开周六晚间场。"),
        basis: "预约数据:周末白天满员率 96%。",
        reply: "您好,自下月起增开周六 18:30 场,已为您保留两个优先名额。",
    },
    Words {
        kind: "suggestion",
        channel: "store",
        subject: "停车场出口太窄",
        description: "停车场出口只有一条道,节假日要排队二十分钟,建议把旁边的货运通道也开放出来。",
        demand: "节假日开放货运通道。",
        plan: ("improve", "节假日 10:00 至 21:00 开放货运通道并加派引导员。"),
        basis: "物业与消防联合勘查记录。",
        reply: "您好,自本周末起节假日开放货运通道,并有引导员疏导,欢迎继续监督。",
    },
    Words {
        kind: "praise",
        channel: "wechat",
        subject: "表扬前台小周",
        description: "凌晨到店,孩子发烧,前台小周帮忙联系医院、叫车,还准备了退热贴和热水,非常感谢。",
        demand: "请表扬这位员工。",
        plan: ("thank", "通报表扬并给予当月服务之星。"),
        basis: "《员工奖励办法》。",
        reply: "您好,感谢您的认可,小周已获得本月服务之星。祝孩子早日康复,期待再次为您服务。",
    },
    Words {
        kind: "praise",
        channel: "phone",
        subject: "维修师傅专业又细心",
        description: "空调维修的师傅提前联系、准时上门,修好后还把地面擦得干干净净,收费也清楚。",
        demand: "转达感谢。",
        plan: ("thank", "转达感谢并记入服务档案。"),
        basis: "《员工奖励办法》。",
        reply: "您好,您的感谢已转达给师傅本人并记入服务档案,谢谢您抽时间告诉我们。",
    },
];
