/// Logs of Windows and who writes to them.
enum WindowsLog {
    static let sysmon = "Microsoft-Windows-Sysmon/Operational"
    static let security = "Security"

    static func provider(of channel: String) -> String {
        switch channel {
        case sysmon: "Microsoft-Windows-Sysmon"
        case security: "Microsoft-Windows-Security-Auditing"
        default: "Provider of " + channel
        }
    }

    static func record(_ channel: String, _ id: String, host: String?, _ data: [String: String]) -> EventRecord {
        EventRecord(
            kind: .windows(channel: channel, provider: provider(of: channel), id: id), host: host, data: data)
    }
}

extension String {
    /// What is behind the last backslash or slash; none where the text ends in one.
    var lastPart: String? {
        let part = String(unicodeScalars.reversed().prefix { $0 != "\\" && $0 != "/" }.reversed().map(Character.init))
        return part.isEmpty ? nil : part
    }

    /// What is behind the last backslash; the whole text where there is none.
    var behindLastBackslash: String {
        split(separator: "\\", omittingEmptySubsequences: false).last.map(String.init) ?? ""
    }

    /// What is before the last backslash; none where there is none.
    var beforeLastBackslash: String? {
        lastIndex(of: "\\").map { String(self[..<$0]) }
    }

    /// A number written `0x...` in decimal digits; any other text as it is.
    var decimal: String {
        guard hasPrefix("0x"), let number = UInt64(dropFirst(2), radix: 16) else { return self }
        return String(number)
    }

    /// Paths that may have this text in them and end in a name.
    func paths(endingIn name: String?) -> [String] {
        guard let name else { return [self] }
        let folder = beforeLastBackslash ?? "C:\\folder"
        var trimmed = self
        while trimmed.hasSuffix("\\") { trimmed.removeLast() }
        return [self, trimmed + "\\" + name, folder + "\\" + name, self + "\\" + name]
    }
}

extension [String: String] {
    /// The values that are no empty texts, which count as missing in data models.
    var withoutEmpty: [String: String] { filter { !$0.value.isEmpty } }
}
