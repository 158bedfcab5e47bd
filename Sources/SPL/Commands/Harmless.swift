import Pipeline

extension CommandSyntax {
    /// Commands that change only how results look or where they run: they are read and left out.
    static let harmless: [CommandSyntax] =
        ["highlight", "iconify", "localop", "noop", "redistribute"].map { name in
            CommandSyntax(name) { scanner, context throws(SPLError) in
                scanner.position = scanner.end
                context.note("\(name) changes no row and is left out.")
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
}
