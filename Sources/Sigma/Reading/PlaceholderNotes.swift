extension SigmaDetection {
    /// Notes on values that look like placeholders, and are text without the modifier that fills them in.
    ///
    /// A value of which `%name%` is only a part, or that is looked for in a longer one, is more often what a command line or
    /// a query holds, and the names of environment variables are.
    func notesOnPlaceholders(in file: String) -> [SigmaError] {
        selections.flatMap { Self.notes($0.search, in: file) }
    }

    private static func notes(_ search: SigmaSearch, in file: String) -> [SigmaError] {
        switch search {
        case .all(let parts), .any(let parts): return parts.flatMap { notes($0, in: file) }
        case .item(let item):
            guard item.field != nil, !item.modifiers.expandsPlaceholders, item.modifiers.transformations.isEmpty,
                item.modifiers.kind == .text
            else { return [] }
            return item.values.compactMap { value in
                guard case .text(let text) = value.content, let name = placeholder(text) else { return nil }
                return SigmaError(
                    file: file, path: item.path, mark: value.mark,
                    reason: "\(text) looks like a placeholder, but is text without the modifier expand; write "
                        + "\(item.field ?? "")|expand if \(name) is to be filled in")
            }
        }
    }

    /// The name between the two `%` that a text begins and ends with.
    private static func placeholder(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.first == UInt8(ascii: "%"), SigmaText.endOfName(bytes, from: 1) == bytes.count - 1 else {
            return nil
        }
        let name = String(text.dropFirst().dropLast())
        return environmentVariables.contains(name.lowercased()) ? nil : name
    }

    /// Those of Windows, in lower case.
    private static let environmentVariables: Set<String> = [
        "allusersprofile", "appdata", "cd", "clientname", "cmdcmdline", "commonprogramfiles", "commonprogramw6432",
        "computername", "comspec", "date", "errorlevel", "homedrive", "homepath", "localappdata", "logonserver",
        "number_of_processors", "onedrive", "os", "path", "pathext", "processor_architecture",
        "processor_identifier", "processor_level", "processor_revision", "programdata", "programfiles",
        "programw6432", "prompt", "psmodulepath", "public", "random", "sessionname", "systemdrive", "systemroot",
        "temp", "time", "tmp", "userdnsdomain", "userdomain", "username", "userprofile", "windir",
    ]
}
