/// What tags say of ATT&CK.
extension SigmaHeader {
    /// Identifiers of techniques, `T1059.001`, each once in the order of the tags.
    public var techniques: [String] {
        attackTags.compactMap { Self.isIdentifier($0, "t") ? $0.uppercased() : nil }
    }

    /// Names of tactics, `Privilege Escalation`, each once in the order of the tags.
    public var tactics: [String] {
        attackTags.filter { tag in !["t", "ta", "g", "s", "c", "m", "ds"].contains { Self.isIdentifier(tag, $0) } }
            .map { tag in
                let words = tag.split { $0 == "-" || $0 == "_" }
                return words.map { $0 == "and" ? "and" : $0.prefix(1).uppercased() + $0.dropFirst() }
                    .joined(separator: " ")
            }
    }

    private var attackTags: [String] {
        var tags: [String] = []
        for tag in self.tags {
            let tag = tag.lowercased()
            guard tag.hasPrefix("attack."), tag.utf8.count > 7 else { continue }
            let rest = String(tag.dropFirst(7))
            if !tags.contains(rest) { tags.append(rest) }
        }
        return tags
    }

    private static func isIdentifier(_ tag: String, _ letters: String) -> Bool {
        guard tag.hasPrefix(letters), tag.utf8.count > letters.utf8.count else { return false }
        return tag.utf8.dropFirst(letters.utf8.count).allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") }
    }
}
