import Pipeline

extension CommandSyntax {
    /// `rename`.
    static let renaming: [CommandSyntax] = [CommandSyntax("rename", parse: parseRenamings)]

    /// `field AS field, "x.*" AS * ...`
    private static func parseRenamings(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var renamings: [Renaming] = []
        while scanner.moveToNextArgument() {
            let start = scanner.position
            guard let from = try scanner.readName() else {
                throw scanner.error("a field name was expected here", "write field AS name")
            }
            guard let to = try scanner.readAlias() else {
                throw scanner.error("AS was expected here", "write \(from) AS name")
            }
            let wildcards = from.utf8.count(where: { $0 == Byte.star })
            guard wildcards == to.utf8.count(where: { $0 == Byte.star }) else {
                throw scanner.error(
                    "both names must hold as many *", "write \(wildcards) into the new name",
                    at: start..<scanner.position)
            }
            renamings.append(Renaming(from: from, to: to))
        }
        guard !renamings.isEmpty else {
            throw scanner.error("there is nothing to rename", "write field AS name")
        }
        return [.rename(renamings)]
    }
}
