import ArgumentParser
import Detections
import Hunting
import Sigma
import YAML

/// Which of the rules that were found are run.
struct RuleArguments: ParsableArguments {
    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            """
            Only rules of this level and above: informational, low, medium, high or critical. Several, with commas between \
            them or given one by one, and one behind =, are just these: low,medium or =high. One with + behind it takes in \
            those above it all the same: high+.
            """,
            valueName: "level"),
        completion: .list(SigmaLevel.allCases.map(\.rawValue)))
    var level: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Only rules of these statuses, such as stable, test, experimental, production.", valueName: "statuses"))
    var status: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Only rules with one of these tags, such as attack.t1059* or attack.execution.", valueName: "tags"))
    var tags: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("Leave out rules of this id, name or title; may hold *.", valueName: "rule"))
    var exclude: [String] = []

    @Option(
        help: ArgumentHelp(
            "Take the values of placeholders in Sigma rules from this file: name: [values].", valueName: "file"),
        completion: .file())
    var placeholders: String?

    func validate() throws {
        try EmptyName.refuse(placeholders.map { [$0] } ?? [], "--placeholders", "name a file")
        try EmptyName.refuse(level, "--level", "give a level")
        try EmptyName.refuse(status, "--status", "give a status")
        try EmptyName.refuse(tags, "--tags", "give a tag")
        let words = Self.words(level)
        for word in words where Self.level(word) == nil {
            let known = SigmaLevel.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--level \(word): give one of \(known)")
        }
    }

    /// The values given, also several with commas between them.
    private static func words(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",").map { $0.lowercased() } }
    }

    /// The level that a word names: `high`, `=high` for it alone, or `high+` for those above as well.
    private static func level(_ word: String) -> SigmaLevel? {
        var name = Substring(word)
        if name.hasPrefix("=") { name = name.dropFirst() } else if name.hasSuffix("+") { name = name.dropLast() }
        return SigmaLevel(rawValue: String(name))
    }

    /// The levels that are wanted; `nil` for any.
    private var levels: Set<String>? {
        let words = Self.words(level)
        guard !words.isEmpty else { return nil }
        var levels: Set<String> = []
        for word in words {
            guard let level = Self.level(word) else { continue }
            let isOpen = word.hasSuffix("+") || (words.count == 1 && !word.hasPrefix("="))
            for other in SigmaLevel.allCases where other == level || (isOpen && other > level) {
                levels.insert(other.rawValue)
            }
        }
        return levels
    }

    func choice() -> RuleChoice {
        RuleChoice(
            levels: levels,
            statuses: status.isEmpty ? nil : Set(Self.words(status)), tags: tags.isEmpty ? nil : Self.words(tags),
            excluded: exclude.map { $0.lowercased() })
    }

    /// The values of placeholders; none where no file is named.
    func placeholderValues() throws(CommandFailure) -> SigmaPlaceholders {
        guard let placeholders else { return SigmaPlaceholders() }
        do {
            let bytes = try ContentText.read(placeholders)
            return try SigmaPlaceholders(
                try YAMLStream(bytes, file: placeholders).documents, file: placeholders)
        } catch {
            throw CommandFailure("--placeholders: \(error)")
        }
    }
}

/// A choice among rules by what they say of themselves.
struct RuleChoice {
    /// `nil` for any.
    var levels: Set<String>?
    var statuses: Set<String>?
    /// Lower case, with `*` for any run.
    var tags: [String]?
    var excluded: [String] = []

    func takes(level: String?, status: String?, tags: [String], names: [String]) -> Bool {
        if let levels, !levels.contains(level ?? "") { return false }
        if let statuses, !statuses.contains(status?.lowercased() ?? "") { return false }
        if let wanted = self.tags, !tags.contains(where: { tag in wanted.contains { Self.fits(tag, $0) } }) {
            return false
        }
        return !names.contains { name in excluded.contains { Self.fits(name, $0) } }
    }

    func takes(_ header: SigmaHeader) -> Bool {
        takes(
            level: header.level?.rawValue, status: header.status?.rawValue, tags: header.tags,
            names: [header.id, header.name, header.title].compactMap(\.self))
    }

    func takes(_ detection: Detection, techniques: [String]) -> Bool {
        takes(
            level: detection.severity?.rawValue, status: detection.status.text,
            tags: techniques.map { "attack.\($0)" }, names: [detection.id, detection.name])
    }

    private static func fits(_ text: String, _ pattern: String) -> Bool {
        SigmaCondition.Names.fits(text.lowercased(), pattern)
    }
}
