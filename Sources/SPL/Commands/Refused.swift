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

    private static let file = "it writes to a file of the search head, which trawl never does"
    private static let action = "it acts outside of the search"
    private static let map = "it needs a geographic database that is not shipped"
    private static let knowledge = "it needs the tags and event types of a search head, which archives don't have"
    private static let app = "it comes with an app that is not part of the language"
    private static let server = "it asks a search head or its indexes, which archives don't have"
    private static let metrics = "it reads metric indexes, which archives don't have"

    private static let reasons: [(String, String)] = [
        ("dump", file), ("script", action), ("run", action), ("runshellscript", action),
        ("geom", map), ("geomfilter", map), ("lookupgeo", map),
        ("tags", knowledge), ("typer", knowledge), ("typelearner", knowledge), ("findtypes", knowledge),
        ("score", app), ("sample", app), ("dbxquery", app), ("dbxlookup", app), ("ldapsearch", app), ("ldapfetch", app),
        ("ldapgroup", app), ("ldapfilter", app), ("cyberchef", app), ("ut_parse", app),
        ("rest", server), ("dbinspect", server), ("eventcount", server), ("metadata", server), ("metasearch", server),
        ("typeahead", server), ("audit", server), ("history", server), ("loadjob", server), ("savedsearch", server),
        ("localize", server), ("relevancy", server), ("walklex", server), ("searchtxn", server), ("scrub", server),
        ("mstats", metrics), ("mcatalog", metrics), ("mpreview", metrics), ("msearch", metrics),
        ("apply", model), ("fit", model), ("summary", model), ("deletemodel", model), ("listmodels", model),
        ("anomalies", learning), ("anomalousvalue", learning), ("anomalydetection", learning), ("cluster", learning),
        ("findkeywords", learning), ("kmeans", learning), ("predict", learning), ("x11", learning),
        ("sichart", partial), ("sirare", partial), ("sistats", partial), ("sitimechart", partial), ("sitop", partial),
        ("tscollect", index), ("delete", index),
    ]
}
