/// Files that a user names beside rules.
public enum ContentText {
    /// All bytes of a file or a pipe, up to 32 MiB.
    ///
    /// - Throws: `ContentProblem` that says why it can't be read.
    public static func read(_ path: String) throws(ContentProblem) -> [UInt8] { try ContentFiles.read(path) }
}
