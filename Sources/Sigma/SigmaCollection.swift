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
        noteNamesakes()
        refuseBrokenReferences()
        checkFilters()
    }

    /// No document at all, also none that can't be used.
    public var isEmpty: Bool { documents.isEmpty && failures.isEmpty && filters.isEmpty }

    /// Where the rule or correlation stands in `documents` that an identifier or a name means.
    public func place(of reference: String) -> Int? { places[Text(SigmaHeader.canonical(reference))] }

    /// The first document that has an identifier or a name is meant by it.
    private mutating func index() {
        places = [:]
        for (place, document) in documents.enumerated() {
            for name in document.header.names where self.place(of: name) == nil {
                places[Text(SigmaHeader.canonical(name))] = place
            }
        }
    }

    /// Tells of documents that have the identifier or the name of an earlier one.
    private mutating func noteNamesakes() {
        for (place, document) in documents.enumerated() {
            for name in document.header.names {
                guard let earlier = self.place(of: name), earlier != place else { continue }
                let header = document.header
                let other = "\(documents[earlier].header.file):\(documents[earlier].header.mark.line)"
                notes.append(
                    SigmaError(
                        file: header.file, path: header.id == name ? "id" : "name", mark: header.mark,
                        reason: "\(name) is also what \(other) is called; that one is meant by it"))
            }
        }
    }

    /// Takes out correlations that name what is not there, and so those that name them, and those that come back to
    /// themselves.
    private mutating func refuseBrokenReferences() {
        let errors = brokenReferences()
        guard !errors.isEmpty else { return }
        for (place, error) in errors.sorted(by: { $0.key < $1.key }) {
            failures.append(SigmaFailure(header: documents[place].header, error: error))
        }
        documents = documents.enumerated().filter { errors[$0.offset] == nil }.map(\.element)
        index()
    }

    /// What is wrong with correlations, by their places.
    private func brokenReferences() -> [Int: SigmaError] {
        var errors: [Int: SigmaError] = [:]
        let correlations = documents.enumerated().compactMap { place, document -> (Int, SigmaCorrelation)? in
            guard case .correlation(let correlation) = document else { return nil }
            return (place, correlation)
        }
        for (place, correlation) in correlations {
            if let twice = correlation.rules.indices.first(where: { isRepeated($0, in: correlation.rules) }) {
                errors[place] = error("is named twice", about: correlation.rules[twice], of: correlation)
            } else if let unknown = correlation.rules.first(where: { self.place(of: $0.reference) == nil }) {
                let isKnown = failures.contains { $0.header.answers(to: unknown.reference) }
                errors[place] = error(
                    isKnown ? "is invalid itself" : "is no rule that was loaded", about: unknown, of: correlation)
            } else {
                errors[place] = wrongAlias(of: correlation)
            }
        }
        for (place, correlation) in correlations where errors[place] == nil && isReached(place, from: place) {
            errors[place] = error("comes back to this correlation", about: correlation.rules[0], of: correlation)
        }
        // Those that name a broken one, and those that name them.
        var isChanged = !errors.isEmpty
        while isChanged {
            isChanged = false
            for (place, correlation) in correlations where errors[place] == nil {
                let broken = correlation.rules.first { self.place(of: $0.reference).map { errors[$0] != nil } ?? true }
                guard let broken else { continue }
                errors[place] = error("is invalid itself", about: broken, of: correlation)
                isChanged = true
            }
        }
        return errors
    }

    private func error(_ reason: String, about rule: CorrelatedRule, of correlation: SigmaCorrelation) -> SigmaError {
        SigmaError(
            file: correlation.header.file, path: "correlation.rules", mark: rule.mark,
            reason: "\(rule.reference) \(reason)")
    }

    /// Whether a rule was named before; the specification's schema wants each of them once.
    private func isRepeated(_ index: Int, in rules: [CorrelatedRule]) -> Bool {
        let place = place(of: rules[index].reference)
        return place != nil && rules[..<index].contains { self.place(of: $0.reference) == place }
    }

    /// An alias that names a rule which the correlation does not.
    private func wrongAlias(of correlation: SigmaCorrelation) -> SigmaError? {
        func isCorrelated(_ reference: String) -> Bool {
            correlation.rules.contains { rule in
                rule.reference.utf8.elementsEqual(reference.utf8)
                    || place(of: rule.reference).map { documents[$0].header.answers(to: reference) } ?? false
            }
        }
        for alias in correlation.aliases {
            guard let field = alias.fields.first(where: { !isCorrelated($0.rule) }) else { continue }
            return SigmaError(
                file: correlation.header.file, path: "correlation.aliases.\(alias.name).\(field.rule)",
                mark: alias.mark, reason: "\(field.rule) is none of the rules of this correlation")
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
            for reference in references {
                guard let reason = reasonToIgnore(reference, in: filter) else { continue }
                notes.append(
                    SigmaError(
                        file: filter.header.file, path: "filter.rules", mark: filter.header.mark,
                        reason: "\(reference) \(reason)"))
            }
        }
    }

    /// Why a filter does nothing about what it names; `nil` where it does.
    private func reasonToIgnore(_ reference: String, in filter: SigmaFilter) -> String? {
        guard let place = place(of: reference) else { return "is no rule that was loaded" }
        switch documents[place] {
        case .rule(let rule):
            if filter.applies(to: rule) { return nil }
            return "is left as it is: its logsource, \(rule.logsource.name), is not of \(filter.logsource.name)"
        case .correlation: return "is left as it is: it is a correlation; name the rules that it correlates"
        case .filter: return "is left as it is: it is a filter"
        }
    }
}

extension SigmaHeader {
    /// What references may call the document.
    fileprivate var names: [String] { [id, name].compactMap(\.self) }
}
