import Glibc
import HTTPTypes
import Hosting
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

@testable import Gateway

@Suite("Static pages", .timeLimit(.minutes(1)))
struct StaticPageTests {
    /// Pages in a directory of the test's own.
    private func pages(_ directory: TemporaryDirectory, development: String? = nil) throws -> StaticPages {
        try directory.makeDirectory("console")
        try directory.makeDirectory("console/js")
        try directory.write("console/index.html", "<!doctype html>")
        try directory.write("console/js/app.js", "export {};")
        try directory.write("secret.txt", "no")
        return StaticPages(files: InstalledFiles(directory: directory.path), developmentURL: development)
    }

    private func ask(
        _ pages: StaticPages, _ path: String, method: HTTPRequest.Method = .get, headers: HTTPFields = [:]
    ) -> Response? {
        var head = HTTPRequest(method: method, scheme: "http", authority: "x", path: path)
        head.headerFields = headers
        return pages.answer(Request(head: head, body: .init(buffer: ByteBuffer())), path: path)
    }

    @Test("Files have their type, a policy without inline script, and a tag that saves the second answer")
    func files() throws {
        let directory = TemporaryDirectory()
        let pages = try pages(directory)
        let page = try #require(ask(pages, "/console/"))
        #expect(page.status == .ok && page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.headers[.contentSecurityPolicy]?.contains("default-src 'self'") == true)
        #expect(page.headers[.contentSecurityPolicy]?.contains("unsafe") == false)
        #expect(page.headers[.xContentTypeOptions] == "nosniff" && page.headers[.cacheControl] == "no-cache")
        let tag = try #require(page.headers[.eTag])
        #expect(ask(pages, "/console/", headers: [.ifNoneMatch: "\"x\", \(tag)"])?.status == .notModified)
        #expect(ask(pages, "/console/js/app.js")?.headers[.contentType] == "text/javascript; charset=utf-8")
        try directory.write("console/index.html", "<!doctype html><p>")
        #expect(ask(pages, "/console/", headers: [.ifNoneMatch: tag])?.status == .ok)
        #expect(ask(pages, "/console")?.headers[.location] == "/console/")
        #expect(ask(pages, "/console/", method: .post)?.status == .methodNotAllowed)
    }

    @Test("The sign-in page may ask the Sandbox where one is configured, and nobody else")
    func development() throws {
        let directory = TemporaryDirectory()
        let page = ask(try pages(directory, development: "http://127.0.0.1:8090/dev/token"), "/console/")
        let policy = page?.headers[.contentSecurityPolicy]
        #expect(policy?.hasSuffix("connect-src 'self' http://127.0.0.1:8090") == true)
    }

    @Test(
        "Nothing outside the folder is handed out",
        arguments: [
            "/console/../secret.txt", "/console/./index.html", "/console//index.html", "/console/js", "/console/js/",
            "/console/.hidden", "/console/%2e%2e/secret.txt", "/console/index.html\0", "/console/absent.js",
        ])
    func outside(_ path: String) throws {
        let directory = TemporaryDirectory()
        let pages = try pages(directory)
        #expect(ask(pages, path)?.status == .notFound)
        #expect(ask(pages, "/secret.txt") == nil)
    }
}

extension TemporaryDirectory {
    fileprivate func makeDirectory(_ name: String) throws {
        guard mkdir(self(name), 0o755) == 0 else { throw POSIXFailure(code: errno) }
    }

    fileprivate func write(_ name: String, _ text: String) throws {
        let file = open(self(name), O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard file >= 0, Glibc.write(file, text, text.utf8.count) == text.utf8.count, close(file) == 0 else {
            throw POSIXFailure(code: errno)
        }
    }
}

private struct POSIXFailure: Error {
    let code: Int32
}
