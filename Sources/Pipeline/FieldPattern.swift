/// A name in which `*` stands for any run of characters, as `rename`, `fields`, `table` and `convert` take it.
///
/// Names are compared exactly. A leading `*` does not stand for the `_` that internal fields (`_time`, `_raw`) begin with.
struct FieldPattern: Hashable, Sendable {
    private let template: WildcardTemplate

    init(_ pattern: String) {
        template = WildcardTemplate(pattern.utf8)
    }

    var wildcards: Int { template.wildcards }

    func matches(_ name: String) -> Bool { captures(name) != nil }

    /// What each `*` stands for in a name, each as short as it can be but for the last; `nil` where it does not match.
    func captures(_ name: String) -> [String]? {
        let bytes = Array(name.utf8)
        if template.beginsWithWildcard, bytes.first == UInt8(ascii: "_") { return nil }
        return template.captures(bytes)?.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The name with each `*` replaced.
    func filled(with captures: [String]) -> String {
        String(decoding: template.filled(with: captures.map(\.utf8)), as: UTF8.self)
    }
}
