/// The templates under `fields` of a shape: paths in which `$` stands for a field's name, and `$camel` for a name with a small
/// letter at its beginning. Names of small letters alone are those that searches have from data models (`user`, `process_name`)
/// and stand in no such place, so that `User` does not pass for `user`.
extension String {
    /// The template with the name in place of its `$`; `nil` where it has no such field.
    func replacingDollar(with name: String) -> String? {
        if utf8.count == 1 { return name }
        guard let parts = placing(name) else { return nil }
        return parts.before + parts.name + parts.after
    }

    /// What stands before a name in the template, the name as it is written there, and what follows; `nil` where the template
    /// has no such field.
    func placing(_ name: String) -> (before: String, name: String, after: String)? {
        guard let dollar = utf8.firstIndex(of: UInt8(ascii: "$")) else { return (self, "", "") }
        let before = String(self[..<dollar])
        let rest = self[utf8.index(after: dollar)...]
        if rest.isEmpty { return (before, name, "") }
        guard rest.utf8.starts(with: Self.camel.utf8) else { return (before, name, String(rest)) }
        let after = String(rest.utf8.dropFirst(Self.camel.utf8.count)) ?? ""
        guard let first = name.utf8.first, Self.capitals.contains(first) else {
            let isOwn = name.utf8.contains { Self.capitals.contains($0) || (0x30...0x39).contains($0) }
            return isOwn ? (before, name, after) : nil
        }
        return (before, String(decoding: [first | 0x20], as: UTF8.self) + name.dropFirst(), after)
    }

    /// Whether the names in a template's places have small letters at their beginning.
    var isCamelTemplate: Bool { hasSuffix("$" + Self.camel) }

    private static let camel = "camel"
    private static let capitals: ClosedRange<UInt8> = 0x41...0x5A
}
