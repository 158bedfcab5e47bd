/// A `where` condition compiled for rows or events with known columns.
public struct ConditionProgram: Sendable {
    private let node: ConditionNode
    private let context: EvaluationContext

    /// `columns` are the names of the columns that a reader numbers; a name that is not among them is missing.
    public init(
        _ expression: Expression, columns: [String], context: EvaluationContext
    ) throws(PipelineError) {
        node = try ExpressionCompiler(columns: ColumnIndex(columns), context: context).condition(expression)
        self.context = context
    }

    /// Whether the condition is true; false and null drop the row.
    public func holds(for reader: some RowReader) -> Bool { truth(for: reader) == true }

    /// True, false or null.
    func truth(for reader: some RowReader) -> Bool? {
        node.truth(in: EvaluationScope(reader, context: context))
    }
}
