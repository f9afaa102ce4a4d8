import Glibc
import SluiceSDK

/// Ticket texts of 20 to 7,000 characters with the long tail that letters from citizens have: half below 150, a mean of
/// about 230. They are made once and used again, so that making them costs nothing while something is measured.
///
/// Between the phrases stand words drawn at random, as many as make a text as hard to compress as real ones are (see
/// docs/performance.md): what a store packs must not shrink more here than in a city.
struct Texts: Sendable {
    let plain: [[UInt8]]
    /// JSON string literals with their quotes.
    let literals: [[UInt8]]

    init(count: Int, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let texts = (0..<count).map { _ in Self.text(&numbers) }
        plain = texts.map { Array($0.utf8) }
        literals = texts.map(Self.literal)
    }

    private static func literal(_ text: String) -> [UInt8] {
        var writer = JSONWriter(reserving: text.utf8.count + 2)
        writer.string(text)
        return writer.bytes
    }

    private static func text(_ numbers: inout SeededNumbers) -> String {
        let length = Int(min(7_000, max(20, exp(log(150) + 0.95 * numbers.normal()))))
        var text = opening.randomElement(using: &numbers)! + place.randomElement(using: &numbers)!
        var count = text.count
        while count < length {
            var next = word(&numbers) + matter.randomElement(using: &numbers)! + word(&numbers) + word(&numbers)
            next += ending.randomElement(using: &numbers)!
            if numbers.unit() < 0.2 { next += "\n" }
            if numbers.unit() < 0.3 { next += place.randomElement(using: &numbers)! + word(&numbers) }
            text += next
            count += next.count
        }
        return String(text.prefix(length))
    }

    /// Three to eight characters, the frequent ones more often.
    private static func word(_ numbers: inout SeededNumbers) -> String {
        var word = ""
        for _ in 0..<(3 + Int(numbers.next() % 6)) {
            let share = numbers.unit()
            word.append(characters[Int(share * share * Double(characters.count))])
        }
        return word
    }

    private static let characters = Array(
        "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只"
            + "如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲"
            + "其进此话常与活正感见明问力理尔点文几定本公特做外孩相西果走将月十实向声车全信重三机工物气每并别真打太新比才便夫再书部水像眼等体却"
            + "加电主界门利海受听表德少克代员许先口由死安写性马光白或住难望教命花结乐色更拉东神记处让母父应直字场平报友关放至张认接告入笑内英军"
            + "候民岁往何度山觉路带万男边风解叫任金快原吃妈变通师立象数四失满战远格士音轻目条呢病始达深完今提求清王化空业思切怎非找片罗钱吗语元"
            + "喜曾离飞科言干流欢约各即指合反题必该论交终林请医晚制球决传画保读运及则房早院量苦火布品近坐产答星精视五连司巴奇管类未朋且婚台夜青"
    )

    private static let opening = ["您好，", "市民来电反映：", "反映人称，", "尊敬的领导：", "", "本人", "我是住户，"]
    private static let place = [
        "市中区光明路与文化路交叉口", "薛城区长江路某小区3号楼", "滕州市龙泉街道", "峄城区坛山街道仙坛路", "台儿庄区古城北门附近",
        "山亭区府前路", "高新区互联网小镇东侧", "解放北路农贸市场门口", "建设西路公交站旁", "幸福花园二期地下车库",
    ]
    private static let matter = [
        "路灯已经连续多日不亮", "电梯多次故障，老人上下楼困难", "暖气不热，室内温度只有十四度", "工地夜间施工噪音扰民",
        "下水道堵塞，污水外溢到路面", "物业服务费上涨但服务没有改善", "占道经营影响通行", "公积金提取材料反复补交",
        "自来水发黄，有异味", "垃圾清运不及时", "井盖破损存在安全隐患", "拖欠工资至今没有结清", "停车位被长期占用",
    ]
    private static let ending = [
        "，希望尽快处理。", "，多次向社区反映没有结果。", "，请相关部门核实后回复。", "，严重影响日常生活。", "，已经持续两周。",
        "，请问什么时候可以解决？", "；", "，现场有照片为证。",
    ]
}
