import Glibc

/// A path pattern as shells know it: `*`, `?` and `[...]` within a name, `**` for any folders. As in the shell, a leading
/// dot is only matched by a dot.
struct GlobPattern {
    private let root: [UInt8]
    private let components: [[UInt8]]

    private static let anyFolders = Array("**".utf8)

    static func isPattern(_ path: [UInt8]) -> Bool {
        path.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
    }

    init(_ pattern: [UInt8]) {
        root = pattern.first == UInt8(ascii: "/") ? [UInt8(ascii: "/")] : []
        components = pattern.split(separator: UInt8(ascii: "/")).map(Array.init)
    }

    /// Paths that match, bytewise sorted, each once.
    func matches() -> [[UInt8]] {
        var found: Set<[UInt8]> = []
        collect(root, components[...], &found)
        return found.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private func collect(_ base: [UInt8], _ rest: ArraySlice<[UInt8]>, _ found: inout Set<[UInt8]>) {
        guard let component = rest.first else {
            found.insert(base)
            return
        }
        let remaining = rest.dropFirst()
        if component == Self.anyFolders {
            // No folder at all, or one more; links are not followed here, so there are no loops.
            if !remaining.isEmpty { collect(base, remaining, &found) }
            for name in names(in: base) where name.first != UInt8(ascii: ".") {
                let path = joined(base, name)
                if isFolder(path, followingLinks: false) {
                    collect(path, rest, &found)
                } else if remaining.isEmpty {
                    found.insert(path)
                }
            }
        } else if Self.isPattern(component) {
            for name in names(in: base) where Self.matches(component, name) {
                let path = joined(base, name)
                if remaining.isEmpty {
                    found.insert(path)
                } else if isFolder(path, followingLinks: true) {
                    collect(path, remaining, &found)
                }
            }
        } else {
            let path = joined(base, component)
            if remaining.isEmpty {
                if path.withCString({ access($0, F_OK) }) == 0 { found.insert(path) }
            } else if isFolder(path, followingLinks: true) {
                collect(path, remaining, &found)
            }
        }
    }

    private func names(in folder: [UInt8]) -> [[UInt8]] {
        (try? folderEntries(folder.isEmpty ? [UInt8(ascii: ".")] : folder).get()) ?? []
    }

    private func isFolder(_ path: [UInt8], followingLinks: Bool) -> Bool {
        var status = stat()
        let result = path.withCString { followingLinks ? stat($0, &status) : lstat($0, &status) }
        return result == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        // Bytewise, as no locale is set.
        pattern.withCString { pattern in name.withCString { fnmatch(pattern, $0, FNM_PERIOD) } } == 0
    }
}
