import Pipeline

extension CommandSyntax {
    /// `iplocation`.
    static let locating: [CommandSyntax] = [CommandSyntax("iplocation", parse: parseLocation)]

    /// `[prefix=text] [allfields=] [lang=] field`: where an address is. No geographic database is here, so the fields stay
    /// empty, and a search that decides by one of them is refused.
    private static func parseLocation(
        _ scanner: inout Scanner, _ context: inout CompilationContext
    ) throws(SPLError) -> [Command] {
        var prefix = ""
        var hasAll = false
        var field: String?
        scanner.skipSeparators()
        while !scanner.isAtEnd {
            if let option = try scanner.readOption() {
                switch option.name {
                case "prefix": prefix = option.value
                case "allfields": hasAll = try scanner.boolean(option)
                case "lang": break
                default: throw scanner.unknown(option, of: "iplocation", "it takes prefix, allfields and lang")
                }
            } else if field == nil {
                field = try scanner.requireName()
            } else {
                throw scanner.error("iplocation takes one field", "write a command for each")
            }
            scanner.skipSeparators()
        }
        guard let field else { throw scanner.error("iplocation needs a field", "name the one that holds addresses") }
        let names =
            (["City", "Country", "Region", "lat", "lon"] + (hasAll ? ["Continent", "MetroCode", "Timezone"] : []))
            .map { prefix + $0 }
        context.addedAbsentFields.formUnion(AbsentFields(Set(names)))
        context.warn([
            "iplocation needs a geographic database, which is not shipped: for \(field) the fields "
                + "\(names.dropLast().joined(separator: ", ")) and \(names.last ?? "") stay empty"
        ])
        return [.evaluate(names.map { Assignment(column: $0, expression: .call(.null, [])) })]
    }
}
