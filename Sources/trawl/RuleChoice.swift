import Detections
import Sigma

/// What a rule says of itself, by which rules are chosen.
struct RuleTraits {
    var level: String?
    /// Lower case.
    var status: String?
    var tags: [String] = []
    /// Its id, name and title, or where it stands.
    var names: [String] = []

    init(_ header: SigmaHeader) {
        level = header.level?.rawValue
        status = header.status?.rawValue.lowercased()
        tags = header.tags
        names = [header.id, header.name, header.title].compactMap(\.self)
    }

    init(_ detection: Detection, _ annotations: Annotations) {
        level = detection.severity?.rawValue
        status = detection.status.text.lowercased()
        // As Sigma's tags name them: `attack.t1562.008`, `attack.defense-evasion`.
        let tactics = annotations.tactics.map { $0.lowercased().split(separator: " ").joined(separator: "-") }
        tags = (annotations.techniqueIDs + tactics).map { "attack.\($0)" }
        names = [detection.id, detection.name]
    }

    /// Of what no rule could be read from.
    init(lost problem: ContentProblem) {
        names = [problem.mark.map { "\(problem.file):\($0.line)" } ?? problem.file, problem.file]
    }

    /// - Parameter pattern: lower case, with `*` for any run.
    func hasTag(_ pattern: String) -> Bool {
        // Tactics are written both ways.
        let pattern = Self.hyphenated(pattern)
        return tags.contains { Self.fits(Self.hyphenated($0), pattern) }
    }

    /// - Parameter pattern: lower case, with `*` for any run.
    func hasName(_ pattern: String) -> Bool { names.contains { Self.fits($0, pattern) } }

    private static func hyphenated(_ text: String) -> String {
        String(decoding: text.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
    }

    private static func fits(_ text: String, _ pattern: String) -> Bool {
        SigmaCondition.Names.fits(text.lowercased(), pattern)
    }
}

/// A choice among rules by what they say of themselves.
struct RuleChoice {
    /// `nil` for any.
    var levels: Set<String>?
    /// Lower case; `nil` for any.
    var statuses: Set<String>?
    /// Lower case, with `*` for any run.
    var tags: [String]?
    var excluded: [String] = []

    func takes(_ rule: RuleTraits) -> Bool {
        if let levels, !levels.contains(rule.level ?? "") { return false }
        if let statuses, !statuses.contains(rule.status ?? "") { return false }
        if let tags, !tags.contains(where: { rule.hasTag($0) }) { return false }
        return !excluded.contains { rule.hasName($0) }
    }
}

/// What all rules that were found say of themselves.
struct RuleInventory {
    private let rules: [RuleTraits]

    init(_ pack: DetectionPack) {
        rules =
            pack.entries.map { entry in
                RuleTraits(entry.detection, Annotations(of: entry.detection, enrichment: pack.riskModel.enrichment))
            }
            + pack.sigma.documents.map { RuleTraits($0.header) } + pack.sigma.failures.map { RuleTraits($0.header) }
            + pack.lostRules.map { RuleTraits(lost: $0) }
    }

    func hasRule(where fits: (RuleTraits) -> Bool) -> Bool { rules.contains(where: fits) }

    /// `high (12)`, the most severe first.
    var levels: [String] {
        let counts = counts { $0.level.map { [$0] } ?? [] }
        return SigmaLevel.allCases.reversed().compactMap { level in
            counts[level.rawValue].map { "\(level.rawValue) (\($0))" }
        }
    }

    /// `stable (3)`, the most frequent first.
    var statuses: [String] { Self.list(counts { $0.status.map { [$0] } ?? [] }) }

    /// As ``statuses``.
    var tags: [String] { Self.list(counts { Set($0.tags.map { $0.lowercased() }) }) }

    private func counts(_ words: (RuleTraits) -> some Sequence<String>) -> [String: Int] {
        var counts: [String: Int] = [:]
        for rule in rules { for word in words(rule) { counts[word, default: 0] += 1 } }
        return counts
    }

    private static func list(_ counts: [String: Int]) -> [String] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) (\($0.value))" }
    }
}
