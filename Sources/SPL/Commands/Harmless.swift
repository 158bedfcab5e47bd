import Pipeline

extension CommandSyntax {
    /// Commands that change only how results look, where they run or what is written somewhere: they are read and left
    /// out.
    static let harmless: [CommandSyntax] =
        ["highlight", "iconify", "localop", "noop", "redistribute"].map { name in
            CommandSyntax(name) { scanner, context throws(SPLError) in
                scanner.position = scanner.end
                context.note("\(name) changes no row and is left out.")
                return []
            }
        }
        + writing.map { name, doing in
            CommandSyntax(name) { scanner, context throws(SPLError) in
                scanner.position = scanner.end
                context.warn([
                    "\(name) \(doing), which trawl never does: it is left out, and its rows go on as they are"
                ])
                return []
            }
        } + [
            CommandSyntax("fieldformat") { scanner, context throws(SPLError) in
                guard let evaluating = evaluating.first else { return [] }
                let commands = try evaluating.parse(&scanner, &context)
                try CommandCheck.check(commands, in: scanner)
                context.note("fieldformat changes only how values look; they are given as they are.")
                return []
            }
        ]
    /// Commands whose rows go on as they come, and what they do with them beside that.
    private static let writing: [(String, String)] =
        ["outputlookup", "outputcsv", "outputtext"].map { ($0, "writes to a file of the search head") }
        + ["collect", "mcollect", "meventcollect"].map { ($0, "writes to an index") }
        + ["sendalert", "sendemail"].map { ($0, "acts outside of the search") }
}
