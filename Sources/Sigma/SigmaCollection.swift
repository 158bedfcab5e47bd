import Values

/// All Sigma documents of a hunt, and how they refer to each other.
public struct SigmaCollection: Sendable {
    /// Rules and correlations, in the order in which their files were given and found.
    public private(set) var documents: [SigmaDocument] = []
    /// Documents that can't be used, those among them whose references lead nowhere.
    public private(set) var failures: [SigmaFailure] = []
    /// What is odd, and does not keep a document from being used.
    public private(set) var notes: [SigmaError] = []
    /// In the order in which their files were given and found.
    public private(set) var filters: [SigmaFilter] = []
    /// Where the documents stand that an identifier or a name means.
    private var places: [Text: Int] = [:]

    /// Takes in the documents of files and resolves what they refer to; what refers to nothing becomes a failure.
    public init(_ files: some Sequence<SigmaFile> = []) {
        for file in files {
            for document in file.documents {
                if case .filter(let filter) = document { filters.append(filter) } else { documents.append(document) }
            }
            failures += file.failures
            notes += file.notes
        }
        index()
        refuseBrokenReferences()
        checkFilters()
    }

    /// No document at all, also none that can't be used.
    public var isEmpty: Bool { documents.isEmpty && failures.isEmpty && filters.isEmpty }

    /// Where the rule or correlation stands in `documents` that an identifier or a name means.
    public func place(of reference: String) -> Int? { places[Text(reference)] }

    /// The filters that apply to a rule, in their order.
    public func filters(for rule: SigmaRule) -> [SigmaFilter] { filters.filter { $0.applies(to: rule) } }

    private mutating func index() {
        places = [:]
        for (place, document) in documents.enumerated() {
            for name in [document.header.id, document.header.name].compactMap(\.self) {
                if let earlier = places[Text(name)], earlier != place {
                    let other = documents[earlier].header
                    notes.append(
                        SigmaError(
                            file: document.header.file, path: document.header.id == name ? "id" : "name",
                            mark: document.header.mark,
                            reason:
                                "\(name) is also what \(other.file):\(other.mark.line) is called; that one is meant by it"
                        ))
                } else {
                    places[Text(name)] = place
                }
            }
        }
    }

    /// Takes out correlations that name what is not there, and so those that name them, and those that come back to
    /// themselves.
    private mutating func refuseBrokenReferences() {
        var reasons: [Int: (String, CorrelatedRule)] = [:]
        var errors: [Int: SigmaError] = [:]
        for (place, document) in documents.enumerated() {
            guard case .correlation(let correlation) = document else { continue }
            if let unknown = correlation.rules.first(where: { self.place(of: $0.reference) == nil }) {
                let isKnown = failures.contains { $0.header.answers(to: unknown.reference) }
                reasons[place] = (isKnown ? "is invalid itself" : "is no rule that was loaded", unknown)
            } else if let error = wrongAlias(of: correlation) {
                reasons[place] = ("", correlation.rules[0])
                errors[place] = error
            }
        }
        for place in documents.indices {
            if case .correlation(let correlation) = documents[place], reasons[place] == nil,
                isReached(place, from: place)
            {
                reasons[place] = ("comes back to this correlation", correlation.rules[0])
            }
        }
        var changed = !reasons.isEmpty
        while changed {
            changed = false
            for (place, document) in documents.enumerated() where reasons[place] == nil {
                guard case .correlation(let correlation) = document else { continue }
                let broken = correlation.rules.first { self.place(of: $0.reference).map { reasons[$0] != nil } ?? true }
                if let broken {
                    reasons[place] = ("is invalid itself", broken)
                    changed = true
                }
            }
        }
        guard !reasons.isEmpty else { return }
        for (place, (reason, rule)) in reasons.sorted(by: { $0.key < $1.key }) {
            let header = documents[place].header
            let error =
                errors[place]
                ?? SigmaError(
                    file: header.file, path: "correlation.rules", mark: rule.mark,
                    reason: "\(rule.reference) \(reason)")
            failures.append(SigmaFailure(header: header, error: error))
        }
        documents = documents.enumerated().filter { reasons[$0.offset] == nil }.map(\.element)
        let known = notes
        index()
        notes = known
    }

    /// An alias that names a rule which the correlation does not.
    private func wrongAlias(of correlation: SigmaCorrelation) -> SigmaError? {
        for alias in correlation.aliases {
            for field in alias.fields {
                let isCorrelated = correlation.rules.contains { rule in
                    rule.reference.utf8.elementsEqual(field.rule.utf8)
                        || place(of: rule.reference).map { documents[$0].header.answers(to: field.rule) } ?? false
                }
                if !isCorrelated {
                    return SigmaError(
                        file: correlation.header.file, path: "correlation.aliases.\(alias.name).\(field.rule)",
                        mark: correlation.header.mark, reason: "\(field.rule) is none of the rules of this correlation")
                }
            }
        }
        return nil
    }

    /// Whether a correlation names a document, or names one that does.
    private func isReached(_ target: Int, from start: Int) -> Bool {
        var pending = [start]
        var seen: Set<Int> = []
        while let next = pending.popLast() {
            guard case .correlation(let correlation) = documents[next] else { continue }
            for place in correlation.rules.compactMap({ self.place(of: $0.reference) }) {
                if place == target { return true }
                if seen.insert(place).inserted { pending.append(place) }
            }
        }
        return false
    }

    private mutating func checkFilters() {
        for filter in filters {
            guard case .rules(let references) = filter.target else { continue }
            for reference in references where place(of: reference) == nil {
                notes.append(
                    SigmaError(
                        file: filter.header.file, path: "filter.rules", mark: filter.header.mark,
                        reason: "\(reference) is no rule that was loaded"))
            }
        }
    }
}
