import Glibc
import SluiceSDK

/// Ticket texts of 20 to 7,000 characters with the long tail that letters from citizens have: half below 150, a mean of
/// about 230. They are made once and used again, so that making them costs nothing while something is measured.
struct Texts: Sendable {
    /// JSON string literals with their quotes.
    let literals: [[UInt8]]

    init(count: Int, seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        literals = (0..<count).map { _ in Self.literal(Self.text(&numbers)) }
    }

    private static func literal(_ text: String) -> [UInt8] {
        var writer = JSONWriter(reserving: text.utf8.count + 2)
        writer.string(text)
        return writer.bytes
    }

    private static func text(_ numbers: inout SeededNumbers) -> String {
        let length = Int(min(7_000, max(20, exp(log(150) + 0.95 * numbers.normal()))))
        var text = opening.randomElement(using: &numbers)! + place.randomElement(using: &numbers)!
        while text.count < length {
            text += matter.randomElement(using: &numbers)! + ending.randomElement(using: &numbers)!
            if numbers.unit() < 0.2 { text += "\n" }
            if numbers.unit() < 0.3 { text += place.randomElement(using: &numbers)! }
        }
        return String(text.prefix(length))
    }

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
