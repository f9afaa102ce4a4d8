/// One citizen's matter, as the simulated upstreams tell it in their own formats.
struct DemoMatter: Sendable {
    var title: String
    var text: String
    var kind: String
    var category: [String]
    var person: String
    var phone: String
    var district: (code: String, name: String)
    var address: String

    private struct Story {
        var title: String
        var text: String
        var kind: String
        var category: [String]
    }

    private static let stories = [
        Story(
            title: "小区电梯反复停运", text: "楼里的电梯这个月已经停了四次，家里有坐轮椅的老人下不了楼，物业只说等配件，请尽快协调维修。",
            kind: "投诉", category: ["住房和城乡建设", "物业管理", "电梯维护"]),
        Story(
            title: "路灯不亮影响夜间出行", text: "学校门口这条路的路灯从上周起整段不亮，孩子晚自习回家看不清路，希望有人来检查线路。",
            kind: "求助", category: ["城市管理", "市政设施", "路灯"]),
        Story(
            title: "咨询异地就医备案", text: "父母在外地帮忙带孩子，想问异地就医备案需要哪些材料，能不能在手机上办理，多长时间生效。",
            kind: "咨询", category: ["医疗保障", "异地就医", "备案"]),
        Story(
            title: "工地夜间施工噪声扰民", text: "附近工地连续三天在夜里十一点以后浇筑混凝土，声音很大，整栋楼的人都睡不着，打电话没有人管。",
            kind: "投诉", category: ["生态环境", "噪声污染", "建筑施工"]),
        Story(
            title: "反映办事窗口推诿", text: "到窗口办理营业执照变更，两个窗口互相推诿，跑了三趟没有办成，希望查一查工作人员不作为的问题。",
            kind: "举报", category: ["政务服务", "工作作风", "窗口服务"]),
        Story(
            title: "建议增加早高峰公交班次", text: "开发区的上班族越来越多，早上七点到八点的公交车挤不上去，建议增加两三个班次或者开通区间车。",
            kind: "建议", category: ["交通运输", "公共交通", "班次"]),
        Story(
            title: "感谢社区工作人员", text: "母亲走失后社区和网格员连夜帮忙寻找，两个小时就送回了家，全家人都很感激，请代为表扬。",
            kind: "表扬", category: ["社会治理", "社区服务", "表扬"]),
        Story(
            title: "农田灌溉渠道堵塞", text: "村东头的灌溉渠被施工渣土堵住，二十多亩麦子浇不上水，眼看着要减产，请水务部门来看一看。",
            kind: "求助", category: ["水务", "农田水利", "灌溉"]),
        Story(
            title: "预付卡店铺关门", text: "在健身房办的年卡才用了两个月，店门就锁了，电话打不通，群里有六十多个人都没有退到钱。",
            kind: "投诉", category: ["市场监管", "预付消费", "退款"]),
    ]

    private static let districts = [
        ("370402", "市中区"), ("370403", "薛城区"), ("370404", "峄城区"), ("370405", "台儿庄区"), ("370406", "山亭区"),
        ("370481", "滕州市"),
    ]
    private static let streets = ["文化路", "光明大道", "龙泉街", "青檀路", "解放北路", "新华街", "泰山南路"]
    private static let surnames = ["张", "王", "李", "赵", "刘", "陈", "孙", "周", "吴", "郑"]
    private static let givenNames = ["建国", "秀英", "伟", "敏", "志强", "丽", "洋", "桂兰", "晓东", "婷婷"]

    static func random(using random: inout DemoRandom) -> DemoMatter {
        let story = random.pick(stories)
        let district = random.pick(districts)
        let place = "\(random.pick(streets))\(Int.random(in: 1...260, using: &random))号"
        return DemoMatter(
            title: story.title, text: "\(district.1)\(place)：" + story.text, kind: story.kind, category: story.category,
            person: random.pick(surnames) + random.pick(givenNames),
            // 199 0000 xxxx: shaped like a mobile number, given to nobody.
            phone: "1990000\(String(Int.random(in: 1000...9999, using: &random)))", district: district, address: place)
    }
}
