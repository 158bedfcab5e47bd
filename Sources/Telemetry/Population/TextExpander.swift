/// Fills the codes of a text with words of the population, for texts that are made once and then used many times.
///
/// `%d` a number below 65536, `%l` one below 2^32, `%x` eight hexadecimal digits, `%g` an identity as a GUID, `%b` Base64 of a
/// few hundred bytes, `%w` a word, `%u` a user's name, `%h` a computer's name, `%i` an address, `%%` a percent sign. Any other
/// `%` stands for itself.
struct TextExpander {
    var random: RandomStream
    var users: [String]
    var hosts: [String]

    static let words = [
        "BITS", "Themes", "wuauserv", "Inventory", "Backup", "PrintQueue", "LicenseCheck", "Telemetry", "Heartbeat",
        "Netlogon", "Spooler", "UserSync", "Kiosk", "Lagerbestand", "Finance", "WebClient", "gpsvc", "Update",
    ]

    mutating func expand(_ source: String) -> String {
        var result: [UInt8] = []
        var bytes = source.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%"), let code = bytes.next() else {
                result.append(byte)
                continue
            }
            switch code {
            case UInt8(ascii: "d"): result += Array(String(random.below(65_536)).utf8)
            case UInt8(ascii: "l"): result += Array(String(random.below(1 << 32)).utf8)
            case UInt8(ascii: "x"): result += hexadecimal(8)
            case UInt8(ascii: "g"):
                for (index, count) in [8, 4, 4, 4, 12].enumerated() {
                    if index > 0 { result.append(UInt8(ascii: "-")) }
                    result += hexadecimal(count)
                }
            case UInt8(ascii: "b"): result += base64(random.within(100...600))
            case UInt8(ascii: "w"): result += Array(random.pick(Self.words).utf8)
            case UInt8(ascii: "u"): result += Array(random.pick(users).utf8)
            case UInt8(ascii: "h"): result += Array(random.pick(hosts).utf8)
            case UInt8(ascii: "i"):
                result += Array("10.\(random.below(40)).\(random.below(256)).\(random.within(1...254))".utf8)
            case UInt8(ascii: "%"): result.append(byte)
            default: result += [byte, code]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// That many random hexadecimal digits.
    mutating func hexadecimal(_ count: Int, uppercase: Bool = false) -> [UInt8] {
        let digits = Array((uppercase ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
        return (0..<count).map { _ in digits[random.below(16)] }
    }

    /// Base64 of text in UTF-16, as PowerShell's encoded commands are: every other byte is zero.
    private mutating func base64(_ characters: Int) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var plain: [UInt8] = []
        for _ in 0..<(characters / 3 * 3) { plain += [UInt8(random.within(0x20...0x7E)), 0] }
        var result: [UInt8] = []
        for start in stride(from: 0, to: plain.count, by: 3) {
            var group = 0
            for byte in plain[start..<start + 3] { group = group << 8 | Int(byte) }
            for shift in [18, 12, 6, 0] { result.append(alphabet[group >> shift & 63]) }
        }
        return result
    }
}
