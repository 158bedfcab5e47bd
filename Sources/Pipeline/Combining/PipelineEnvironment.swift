public import Values

/// What commands over row sets need beside the rows: the rows of other searches, limits, and a place for remarks.
///
/// It belongs to one thread. A search that is asked for and not known yet is remembered in ``awaited``; the commands then
/// throw ``PipelineError/awaits`` and are run again once its rows are there.
public final class PipelineEnvironment {
    /// The time of the search and how times are written: the same for all commands.
    public let context: EvaluationContext
    /// What the rows of searches inside are cut to; a cut is noted in ``notes``.
    public let limits: SubsearchLimits
    /// About how many bytes rows may take in memory; what a command makes beyond is left out, and noted.
    let rowMemory: Int
    private let rowsOf: (Subsearch) throws(PipelineError) -> RowSet
    private let compile: (String) throws(PipelineError) -> Subsearch
    private let condition: (String) throws(PipelineError) -> SearchCondition
    private let expression: (String) throws(PipelineError) -> Expression
    /// Searches that were asked for and are not known, in the order in which they were.
    public private(set) var awaited: [Subsearch] = []
    /// Limits that were reached, and the like, as sentences.
    public private(set) var notes: [String] = []

    /// - Parameters:
    ///   - rowsOf: the rows that a search ends with; throws `awaits` where it has not run yet.
    ///   - compile: a search from its text, for `map`.
    ///   - condition: a search condition from its text, for subsearches that return one.
    ///   - expression: an expression from its text, for subsearches in `where` and `eval`.
    public init(
        context: EvaluationContext, limits: SubsearchLimits = SubsearchLimits(), rowMemory: Int = .max,
        rowsOf: @escaping (Subsearch) throws(PipelineError) -> RowSet = { _ in RowSet() },
        compile: @escaping (String) throws(PipelineError) -> Subsearch = PipelineEnvironment.noSearch,
        condition: @escaping (String) throws(PipelineError) -> SearchCondition = PipelineEnvironment.noCondition,
        expression: @escaping (String) throws(PipelineError) -> Expression = PipelineEnvironment.noExpression
    ) {
        self.context = context
        self.limits = limits
        self.rowMemory = rowMemory
        self.rowsOf = rowsOf
        self.compile = compile
        self.condition = condition
        self.expression = expression
    }

    /// Keeps a sentence for whoever asks what was left out; one that is known is not kept again.
    public func note(_ sentence: String) {
        if !notes.contains(sentence) { notes.append(sentence) }
    }

    /// The rows of a search, no more than `limit`.
    /// - Throws: ``PipelineError/awaits`` where they are not known yet; what its own commands have thrown.
    func rows(of search: Subsearch, limit: Int, for use: String) throws(PipelineError) -> RowSet {
        var rows: RowSet
        do {
            rows = try rowsOf(search)
        } catch {
            if error == .awaits, !awaited.contains(search) { awaited.append(search) }
            throw error
        }
        if rows.rows.count > limit {
            note("\(use) took the first \(limit) rows of its subsearch, which has \(rows.rows.count)")
            rows.rows.removeSubrange(limit...)
        }
        return rows
    }

    func search(_ text: String) throws(PipelineError) -> Subsearch { try compile(text) }

    func condition(_ text: String) throws(PipelineError) -> SearchCondition { try condition(text) }

    /// The field is one of the values in a list, as it stands between the parentheses of `IN`.
    func condition(_ field: String, isIn list: Text) throws(PipelineError) -> SearchCondition {
        let name = String(decoding: MapSearch.quoted(Array(field.utf8)), as: UTF8.self)
        return try condition("\(name) IN (\(list.string))")
    }

    func expression(_ text: Text) throws(PipelineError) -> Expression { try expression(text.string) }

    /// Where text can't become a search.
    public static func noSearch(_ text: String) throws(PipelineError) -> Subsearch {
        throw .unsupported(word: "map", reason: "no search can be made of text here")
    }

    /// Where text can't become an expression.
    public static func noExpression(_ text: String) throws(PipelineError) -> Expression {
        throw .unsupported(word: "subsearch", reason: "no expression can be made of text here")
    }

    /// Where text can't become a condition.
    public static func noCondition(_ text: String) throws(PipelineError) -> SearchCondition {
        throw .unsupported(word: "search", reason: "no condition can be made of text here")
    }
}
