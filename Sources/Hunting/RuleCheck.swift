public import Detections
import Pipeline
public import SPL
public import Schemas

/// What is known of a rule without running it: whether it can run, else exactly why not, and which data it needs.
public struct RuleCheck: Sendable {
    /// As it was loaded.
    public var rule: RuleIdentity
    /// Compiled, or the reason why it can't run.
    public var status: RuleReport.Status
    /// Why it can't run: file, place, word and reason.
    public var reason: String?
    /// What other rules may be refused for alike: `the command transaction`; `nil` where it can run.
    public var group: String?
    /// Where its search stands; `nil` for a search without a file.
    public var file: String?
    /// Where in ``file``, from 1: of the search, or of what is wrong in a Sigma rule, else of its document.
    public var line: Int?
    /// The error in the search; `nil` where the search itself was understood.
    public var error: SPLError?
    /// As its document has them: `production`, `TTP`.
    public var maturity: String?
    /// The type of a detection, `TTP`; the level of a Sigma rule, `high`.
    public var type: String?
    /// For a Sigma rule that can't run: the keys that lead to what is in the way.
    public var path: String?
    /// What a Sigma rule says that it is for.
    public var logsource: String?
    /// `nil` where the search was not understood, and for a correlation of several rules.
    public var needs: RuleNeeds?
    /// What each search of a correlation needs.
    var correlation: (search: CorrelationSearch, needs: [RuleNeeds])?
    /// Whether rows may come from somewhere else than from events that have what is needed.
    var hasOtherRows = false

    /// False also where the search is understood but its dataset has no mapping.
    public var canRun: Bool { status == .compiled }
    /// Whether its own document says so; it may run all the same.
    public var isDeprecated: Bool { maturity == "deprecated" }
}

extension Hunter {
    /// Looks at every rule, in the order given.
    public func checks(schema: Schema) -> [RuleCheck] {
        rules.enumerated().map { index, rule in
            var check = RuleCheck(rule: rule.identity, status: .compiled)
            if let detection = rule.detection {
                check.file = detection.file
                check.line = detection.searchMark.line
                check.maturity = detection.status.text
                check.type = detection.type?.rawValue
            }
            if let sigma = rule.sigma {
                check.file = sigma.header.file
                check.line = sigma.error?.mark.line ?? sigma.header.mark.line
                check.maturity = sigma.header.status?.rawValue
                check.type = sigma.header.level?.rawValue
                if let path = sigma.error?.path, !path.isEmpty { check.path = path }
                check.logsource = sigma.logsource?.name
            }
            switch rule.state {
            case .refused(let status, let reason):
                check.status = status
                check.reason = reason
                check.error = rule.error
                check.group = rule.error?.group ?? rule.sigma?.group ?? reason
            case .correlated(let correlation):
                let needs = correlation.needs(schema: schema)
                check.correlation = (correlation, needs)
                check.needs = needs.count == 1 ? needs[0] : nil
            case .compiled(let search):
                check.needs = RuleNeeds(search, schema: schema)
                check.hasOtherRows = search.plan.hasOtherRows
            }
            guard let refusal = refusals[index] else { return check }
            check.status = .unsupported
            (check.reason, check.error) = rule.placed(refusal, schema: schema)
            check.group = refusal
            if let dataset = check.needs?.dataset, !schema.hasDataset(dataset) {
                check.group = "the dataset \(dataset)"
            }
            return check
        }
    }
}

extension HuntRule {
    /// Why its search can't run, with the place as far as it is known: the file, and within the search the dataset that there
    /// is not.
    func placed(_ refusal: String, schema: Schema) -> (reason: String, error: SPLError?) {
        if let detection, case .compiled(let search) = state, case .dataset(let model, let name) = search.plan.source,
            !schema.hasDataset("\(model).\(name)"),
            let error = SPLError(refusal, of: "\(model).\(name)", in: detection.search)
        {
            return ("\(detection.file):\(detection.searchMark.line): search, \(error)", error)
        }
        let file = detection?.file ?? sigma?.header.file
        return ((file.map { "\($0): " } ?? "") + refusal, nil)
    }
}

extension SPLError {
    /// Where a search names a dataset, which can't be had for a reason; `nil` where a macro names it.
    fileprivate init?(_ refusal: String, of dataset: String, in search: String) {
        let text = Array(search.unicodeScalars)
        let model = dataset.split(separator: ".").first.map(String.init) ?? dataset
        for name in [dataset, model] {
            let word = Array(name.unicodeScalars)
            guard let place = text.indices.first(where: { text[$0...].starts(with: word) }) else { continue }
            let parts = refusal.split(separator: ";", maxSplits: 1)
            self.init(
                .unsupportedConstruct("dataset \(dataset)"), message: String(parts[0]),
                advice: "use another one, or map it with --schemas;" + (parts.count > 1 ? parts[1] : ""), word: name,
                column: place + 1)
            return
        }
        return nil
    }
}

extension SigmaContent {
    /// What other rules may be refused for alike.
    fileprivate var group: String? {
        guard let error else { return logsource.map { "no events are known for the logsource \($0.name)" } }
        return error.reason
    }
}

extension Detection.Status {
    /// As documents write it; empty where they do not say.
    public var text: String {
        switch self {
        case .production: "production"
        case .experimental: "experimental"
        case .deprecated: "deprecated"
        case .other(let text): text
        }
    }
}
