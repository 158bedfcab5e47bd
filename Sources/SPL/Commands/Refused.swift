import Pipeline

extension CommandSyntax {
    /// Commands that are known and can't be run over archives: refused by name, with the reason.
    static let refused: [CommandSyntax] = reasons.map { name, reason in
        CommandSyntax(name) { (scanner: inout Scanner, _: inout CompilationContext) throws(SPLError) in
            throw scanner.error(
                "the command \(name) is not supported: \(reason)", "take it out, or run that part elsewhere",
                reason: .unsupportedCommand(name), at: (scanner.position - name.utf8.count)..<scanner.position)
        }
    }

    private static let model = "it needs a model of the Machine Learning Toolkit, which an archive does not hold"
    private static let learning =
        "what it computes is the Machine Learning Toolkit's or Splunk's own and not documented"
    private static let index = "it writes to an index, which an archive is not"
    private static let partial = "it makes partial results for a summary index, which an archive does not have"

    private static let reasons: [(String, String)] = [
        ("apply", model), ("fit", model), ("summary", model), ("deletemodel", model), ("listmodels", model),
        ("anomalies", learning), ("anomalousvalue", learning), ("anomalydetection", learning), ("cluster", learning),
        ("findkeywords", learning), ("kmeans", learning), ("predict", learning), ("x11", learning),
        ("sichart", partial), ("sirare", partial), ("sistats", partial), ("sitimechart", partial), ("sitop", partial),
        ("collect", index), ("mcollect", index), ("meventcollect", index), ("tscollect", index), ("delete", index),
    ]
}
