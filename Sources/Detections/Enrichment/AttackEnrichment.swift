import Values
import YAML

/// What MITRE ATT&CK says of techniques: name, tactics, and the groups seen using them.
public struct AttackEnrichment: Sendable {
    /// One technique or sub-technique.
    public struct Technique: Hashable, Sendable {
        /// `T1047` or `T1059.001`.
        public var id: String
        /// `Windows Management Instrumentation`.
        public var name: String
        /// As ATT&CK names them for people: `Lateral Movement`.
        public var tactics: [String]
        /// Names of the groups seen using it; empty where none is known.
        public var groups: [String]

        /// - Parameter tactics: names for people, not identifiers.
        public init(id: String, name: String, tactics: [String], groups: [String]) {
            self.id = id
            self.name = name
            self.tactics = tactics
            self.groups = groups
        }
    }

    private var techniques: [String: Technique] = [:]

    /// Knows no technique.
    public init() {}

    /// Reads ESCU's `mitre_enrichment.csv`: columns `mitre_id`, `technique`, `tactics` and `groups`, the last two parted
    /// by `|`. The group `no` means that there is none.
    ///
    /// - Throws: `ContentProblem` where the table is broken or a column is missing.
    public init(csv bytes: [UInt8], file: String) throws(ContentProblem) {
        let table = try CSVTable(bytes, file: file)
        guard let id = table.column("mitre_id"), let name = table.column("technique"),
            let tactics = table.column("tactics"), let groups = table.column("groups")
        else {
            throw ContentProblem(
                .error, file: file, mark: YAMLMark(),
                reason: "needs the columns mitre_id, technique, tactics and groups")
        }
        for row in table.rows {
            let technique = Technique(
                id: row[id].string, name: row[name].string, tactics: Self.list(row[tactics]),
                groups: Self.list(row[groups]).filter { $0 != "no" })
            techniques[technique.id] = technique
        }
    }

    /// For what the program ships.
    public static let builtIn =
        (try? AttackEnrichment(csv: BuiltInContent.mitreEnrichment, file: "builtin:mitre_enrichment"))
        ?? AttackEnrichment()

    /// `nil` for a technique that is not in the table; compared as written.
    public subscript(id: String) -> Technique? { techniques[id] }

    private static func list(_ cell: Text) -> [String] {
        cell.bytes.split(separator: UInt8(ascii: "|")).map { String(decoding: $0, as: UTF8.self) }
    }
}
