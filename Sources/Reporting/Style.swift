/// The few colours that reports use: terminal sequences around text (ECMA-48, "SGR"), or nothing.
struct Style {
    enum Role {
        case heading, label, alarm, caution
    }

    var hasColor: Bool

    /// Appends text that is already free of control characters.
    func append(_ text: [UInt8], as role: Role?, to bytes: inout [UInt8]) {
        guard hasColor, let role, !text.isEmpty else {
            bytes += text
            return
        }
        let code =
            switch role {
            case .heading: "1"
            case .label: "2"
            case .alarm: "31"
            case .caution: "33"
            }
        bytes += Array("\u{1b}[\(code)m".utf8)
        bytes += text
        bytes += Array("\u{1b}[0m".utf8)
    }

    static func role(ofSeverity severity: String) -> Role? {
        switch severity {
        case "critical", "high": .alarm
        case "medium": .caution
        default: nil
        }
    }
}

extension [UInt8] {
    /// Appends spaces.
    mutating func pad(_ count: Int) {
        append(contentsOf: repeatElement(UInt8(ascii: " "), count: Swift.max(0, count)))
    }
}
