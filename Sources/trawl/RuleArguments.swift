import ArgumentParser
import Detections
import Hunting
import Reporting
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
        try GivenName.refuse(placeholders.map { [$0] } ?? [], "--placeholders", "name a file")
        try GivenName.refuse(level, "--level", "give a level")
        try GivenName.refuse(status, "--status", "give a status")
        try GivenName.refuse(tags, "--tags", "give a tag")
        try GivenName.refuse(exclude, "--exclude", "give an id, a name or a title")
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

    /// Whether a word takes in the levels above.
    private static func isOpen(_ word: String, among words: [String]) -> Bool {
        word.hasSuffix("+") || (words.count == 1 && !word.hasPrefix("="))
    }

    /// The levels that are wanted; `nil` for any.
    private var levels: Set<String>? {
        let words = Self.words(level)
        guard !words.isEmpty else { return nil }
        var levels: Set<String> = []
        for word in words {
            guard let level = Self.level(word) else { continue }
            let isOpen = Self.isOpen(word, among: words)
            for other in SigmaLevel.allCases where other == level || (isOpen && other > level) {
                levels.insert(other.rawValue)
            }
        }
        return levels
    }

    /// Warns of each value that no rule is chosen or left out by.
    func tellUnmatched(in pack: DetectionPack) {
        if given.isEmpty { return }
        let inventory = RuleInventory(pack)
        let words = Self.words(level)
        for word in words {
            guard let level = Self.level(word) else { continue }
            let isOpen = Self.isOpen(word, among: words)
            let levels = SigmaLevel.allCases.filter { $0 == level || isOpen && $0 > level }.map(\.rawValue)
            if inventory.hasRule(where: { $0.level.map(levels.contains) ?? false }) { continue }
            warn("--level \(word)", "no rule is of this level\(isOpen ? " or above" : "")", inventory.levels)
        }
        for word in Self.words(status) where !inventory.hasRule(where: { $0.status == word }) {
            warn("--status \(word)", "no rule has this status", inventory.statuses)
        }
        for word in Self.words(tags) where !inventory.hasRule(where: { $0.hasTag(word) }) {
            warn("--tags \(word)", "no rule has this tag", inventory.tags)
        }
        for word in exclude where !inventory.hasRule(where: { $0.hasName(word.lowercased()) }) {
            let remedy = word.contains("*") ? "" : "; give it whole, or with * for the rest"
            Running.complain(
                Diagnostic(
                    .warning, place: "--exclude \(word)", message: "no rule has this id, name or title\(remedy)"))
        }
    }

    private func warn(_ option: String, _ what: String, _ known: [String]) {
        let few = known.prefix(8)
        let list = few.isEmpty ? "no rule has any" : "there are \(few.joined(separator: ", "))"
        let more = known.count > few.count ? " and \(Figures.count(known.count - few.count)) more" : ""
        Running.complain(Diagnostic(.warning, place: option, message: "\(what); \(list)\(more)"))
    }

    /// The options given that leave rules out.
    var given: [String] {
        [("--level", level), ("--status", status), ("--tags", tags), ("--exclude", exclude)]
            .filter { !$0.1.isEmpty }.map(\.0)
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
