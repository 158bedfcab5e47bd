public import Archives
import Detections
import SPL
import Schemas

extension Hunter {
    /// What may be wrong with searches of a user's own over events that found nothing, by their index in ``rules``: fields
    /// which every event must have that they find, and whose names are almost those of fields that are known.
    ///
    /// It costs nothing per event: names alone raise a doubt, and only then are small archives looked at once more, so that
    /// no field is doubted that there is. Rules of a pack are not doubted: they ask for sources that archives may well not
    /// have.
    ///
    /// - Parameter archives: those that the report is of.
    public func doubts(about report: HuntReport, in archives: [Archive]) async -> [(index: Int, notes: [String])] {
        guard report.summary.events > 0, !report.summary.isInterrupted else { return [] }
        let doubtful = rules.indices.compactMap { index in
            suspects(index, report).map { (index: index, fields: $0) }
        }
        if doubtful.isEmpty { return [] }
        let isSmall = report.summary.bytesScanned <= Self.worthAnotherLook && !archives.contains(where: \.isReadOnce)
        let present = isSmall ? await fields(among: doubtful.flatMap { Array($0.fields.keys) }, in: archives) : nil
        return doubtful.compactMap { index, fields in
            let doubts = fields.filter { present?.contains($0.key) != true }.sorted { $0.key < $1.key }
            let notes = doubts.map { field, meant in
                (present == nil ? "it found nothing, and no field \(field) is known" : "no event has a field \(field)")
                    + "; did you mean \(meant.joined(separator: " or "))?"
            }
            return notes.isEmpty ? nil : (index, notes)
        }
    }

    /// Of so many bytes it takes no longer than a moment to see whether a field is anywhere in them.
    static let worthAnotherLook = 256 << 20

    /// The fields that a search which found nothing can't do without and that are not known, each with what was likely meant;
    /// `nil` where there are none.
    private func suspects(_ index: Int, _ report: HuntReport) -> [String: [String]]? {
        let found = report.rules[index]
        guard rules[index].identity.kind == .search, case .compiled(let search) = rules[index].state,
            case .events = search.plan.source, found.status == .compiled, !found.isIncomplete,
            found.findings.count == 0 || report.summary.matchedEvents == 0
        else { return nil }
        let names = KnownNames(fieldsOf: schema)
        var suspects: [String: [String]] = [:]
        for field in RuleNeeds(search, schema: schema).fields {
            let near = names.near(field)
            if !near.isEmpty { suspects[field] = near }
        }
        return suspects.isEmpty ? nil : suspects
    }

    /// Those of some fields that an event of the archives has.
    private func fields(among names: [String], in archives: [Archive]) async -> Set<String> {
        let searches = names.compactMap { name in
            (try? SearchCompiler.compile(#"search "\#(name)"=* | stats count | where count > 0"#)).map {
                HuntRule(identity: RuleIdentity(id: name, name: name, kind: .search), state: .compiled($0))
            }
        }
        // What can't be asked for is not doubted.
        var present = Set(names).subtracting(searches.map(\.identity.id))
        var options = options
        options.matchLimit = 0
        guard let hunter = try? Hunter(rules: searches, schema: schema, options: options) else { return Set(names) }
        for rule in await hunter.run(archives).rules where rule.findings.count > 0 { present.insert(rule.rule.id) }
        return present
    }
}
