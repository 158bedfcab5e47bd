import Values
import YAML

/// What MITRE ATT&CK says of techniques: name, tactics, and the groups seen using them.
public struct AttackEnrichment: Sendable {
    public struct Technique: Hashable, Sendable {
        public var id: String
        public var name: String
        public var tactics: [String]
        public var groups: [String]

        public init(id: String, name: String, tactics: [String], groups: [String]) {
            self.id = id
            self.name = name
            self.tactics = tactics
            self.groups = groups
        }
    }

    private var techniques: [String: Technique] = [:]

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

    public subscript(id: String) -> Technique? { techniques[id] }

    public var count: Int { techniques.count }

    private static func list(_ cell: Text) -> [String] {
        cell.bytes.split(separator: UInt8(ascii: "|")).map { String(decoding: $0, as: UTF8.self) }
    }
}
