"""The status page in a real browser, with a running connector: what it shows, and which attacks it prevents."""

import contextlib
import tempfile
import unittest

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from support import OneConnectorTest, SystemTest, free_port, new_stack, wait_until

# Lets the browser use only the loopback interface, and keep nothing.
BROWSER_OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync", "--no-proxy-server", "--disable-dev-shm-usage",
                   "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost")
DESKTOP, PHONE = (1280, 900), (390, 844)
TOKEN = "the-token-of-the-page"
# Measures the contrast of each text with its background: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
CONTRAST = """
const channel = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
const ground = (element) => {
  for (; element; element = element.parentElement) {
    const color = parse(getComputedStyle(element).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return [255, 255, 255];
};
const poor = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  const box = element.getBoundingClientRect();
  if (!walker.currentNode.data.trim() || box.width < 2 || ['SCRIPT', 'STYLE', 'NOSCRIPT', 'TITLE', 'title'].includes(element.tagName)) continue;
  const [one, other] = [light(parse(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
  const ratio = (one + 0.05) / (other + 0.05);
  if (ratio < 4.5) poor.push(`${element.className || element.tagName}: ${ratio.toFixed(2)} ${walker.currentNode.data}`);
}
return poor;
"""


class Browser:
    """Chromium without a window, with its own profile."""

    def __init__(self, profile):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for option in (*BROWSER_OPTIONS, f"--user-data-dir={profile}"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.set_page_load_timeout(60)

    def close(self):
        self.driver.quit()

    def look(self, size=DESKTOP, scheme="light"):
        width, height = size
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def texts(self, selector):
        return self.run("return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText)", selector)

    def shown(self, selector):
        return self.run("return document.querySelector(arguments[0]).checkVisibility()", selector)

    def complaints(self):
        return [line["message"] for line in self.driver.get_log("browser")]


class PageTest(SystemTest):
    """Each class has one browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        profile = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="kaspersky-enrichment-chromium-", ignore_cleanup_errors=True))
        cls.browser = cls.enterClassContext(contextlib.closing(Browser(profile)))

    def open(self, port, size=DESKTOP, scheme="light"):
        self.browser.look(size, scheme)
        self.browser.driver.get(f"http://127.0.0.1:{port}/")
        self.browser.complaints()

    def wait_for_text(self, selector, text, timeout=60):
        wait_until(lambda: text in self.browser.text(selector), f"{selector} says {text}", timeout, every=0.1)


class Shows(PageTest, OneConnectorTest):
    @classmethod
    def setUpClass(cls):
        cls.port = free_port()
        cls.settings = {"CONNECTOR_HTTP_PORT": str(cls.port), "KASPERSKY_DAILY_QUOTA": "1000"}
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.open(self.port)
        self.wait_for_text("#overall", "Ready")

    def rows(self):
        return self.browser.texts("#list tbody tr")

    def test_new_enrichments_without_reloading(self):
        self.browser.run("window.same_page = true")
        before = len(self.rows())
        used = self.browser.text("#quota-used")
        file = self.new_file()
        self.enrich(file)
        wait_until(lambda: len(self.rows()) > before, "the enrichment appears", every=0.1)
        self.assertRegex(self.rows()[0].replace("\n", " "), r"StixFile.*red.*found.*Kaspersky zone: red.*OpenCTI.*Kaspersky")
        self.assertTrue(self.browser.run("return window.same_page"))
        self.wait_for_text("#ratings tbody tr[data-tone=bad]", "red")
        self.assertNotEqual(self.browser.text("#quota-used"), used)
        self.assertIn("in the last hour", self.browser.run("return document.getElementById('rate').getAttribute('aria-label')"))
        self.assertEqual(self.browser.texts("#links .title"), ["OpenCTI", "RabbitMQ in", "RabbitMQ out", "Kaspersky TIP", "Store"])
        self.assertIn("just now", self.browser.text("#age"))
        self.assertEqual(self.browser.complaints(), [], "the page does nothing that its own policy forbids")

    def test_the_last_enrichments_are_seen_without_scrolling(self):
        self.enrich(self.new_file())
        wait_until(self.rows, "the enrichment appears", every=0.1)
        bottom = self.browser.run("return document.querySelector('#list tbody tr').getBoundingClientRect().bottom")
        self.assertLess(bottom, DESKTOP[1])
        self.assertIn("times in ", self.browser.text("#uptime"))
        self.assertIn("reserve for manual requests", self.browser.text("#legend"))
        self.assertRegex(self.rows()[0], "StixFile · manual")

    def test_links_lead_to_both_portals_without_a_referrer(self):
        self.enrich(self.new_file())
        wait_until(self.rows, "the enrichment appears", every=0.1)
        links = self.browser.run("""return [...document.querySelectorAll('#list tbody tr:first-child a')]
            .map((each) => [each.href, each.rel, each.target, each.referrerPolicy])""")
        self.assertEqual([link[1:] for link in links], [["noopener noreferrer", "_blank", "no-referrer"]] * 2)
        self.assertTrue(links[0][0].startswith(f"{self.stack.opencti.url}/dashboard/id/file--"))
        self.assertTrue(links[1][0].startswith("https://tip.kaspersky.com/search?searchString="))

    def test_hostile_values_stay_text(self):
        """The value is hostile: anybody can create such an object."""
        hostile = "http://h.example/<img src=x onerror=window.hacked=1>\u202e\u061c\u3164\u034f\U000e0041\"'><script>window.hacked=1</script>"
        self.enrich(self.stack.add({"type": "url", "spec_version": "2.1", "id": "url--5b0c2f9e-0000-4000-8000-000000000000", "value": hostile}))
        row = wait_until(lambda: next((row for row in self.rows() if "h.example" in row), None), "the enrichment appears", every=0.1)
        self.assertIn("<img src=x onerror=window.hacked=1>", row)
        self.assertIn("\\u202e\\u061c\\u3164\\u034f\\u{e0041}", row, "invisible characters, and those that turn text around, are escaped")
        self.assertEqual(self.browser.run("return document.querySelectorAll('main img, main script').length"), 0)
        self.assertFalse(self.browser.run("return 'hacked' in window"))
        links = self.browser.run("return [...document.querySelectorAll('main a')].map((each) => each.protocol + '//' + each.hostname)")
        self.assertLessEqual(set(links), {"http://127.0.0.1", "https://tip.kaspersky.com"})
        self.assertEqual(self.browser.complaints(), [])

    def test_the_policy_holds(self):
        """Even if somebody could insert something into the page, it would neither run nor be loaded."""
        refused = self.browser.run("""try { document.body.innerHTML += '<p>'; return false; } catch (error) { return error instanceof TypeError; }""")
        self.assertTrue(refused, "texts cannot become markup")
        self.browser.run("const image = new Image(); image.src = 'http://127.0.0.1:1/x.png'; document.body.append(image);")
        wait_until(lambda: any("Content Security Policy" in line for line in self.browser.complaints()), "the image is blocked")

    def test_a_fault_is_shown_and_announced_with_its_fix(self):
        with self.fault(self.stack.tip, kind="status", status=401):
            self.stack.enrich(self.new_file())
            self.wait_for_text("#overall", "Not ready: Kaspersky TIP")
        self.assertIn("KASPERSKY_API_KEY", self.browser.text("#links [data-name=kaspersky]"))
        self.assertIn("Kaspersky TIP: down", self.browser.run("return document.getElementById('announcer').textContent"))
        self.wait_for_text("#troubles", "Kaspersky rejects requests")
        self.assertIn("Not ready", self.browser.driver.title)
        # The connector now sends Kaspersky no requests for five minutes, which is too long for the other tests.
        self.stack.connector.stop()
        self.stack.start_connector(**self.settings)

    def test_it_says_when_it_lost_contact_and_goes_on_when_it_is_back(self):
        self.stack.connector.stop()
        self.wait_for_text("#age", "No contact with the connector; this is")
        self.wait_for_text("#overall", "No contact")
        self.stack.start_connector(**self.settings)
        self.wait_for_text("#overall", "Ready")
        self.wait_for_text("#age", "just now")

    def test_it_is_read_by_keyboard_and_by_ear(self):
        self.enrich(self.new_file())
        wait_until(self.rows, "the enrichment appears", every=0.1)
        active = "return document.activeElement.innerText"
        self.browser.driver.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
        self.assertEqual(self.browser.run(active), "Skip to the last enrichments")
        self.browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
        self.assertEqual(self.browser.run("return document.activeElement.id"), "enrichments")
        self.browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        self.assertIn("OpenCTI", self.browser.run(active))
        self.assertNotEqual(self.browser.run("return getComputedStyle(document.activeElement).outlineStyle"), "none")
        # After the page has updated itself, the link still has the focus.
        self.enrich(self.new_file())
        focused = self.browser.run("return document.activeElement.href")
        rows = len(self.rows())
        wait_until(lambda: len(self.rows()) > rows or len(self.rows()) == 50, "the next enrichment appears", every=0.1)
        self.assertEqual(self.browser.run("return document.activeElement.href"), focused)
        self.assertEqual(self.browser.run("""return [...document.querySelectorAll('section')]
            .filter((each) => !document.getElementById(each.getAttribute('aria-labelledby'))).length"""), 0, "sections have names")
        self.assertEqual(self.browser.run("return document.querySelectorAll('th:not([scope])').length"), 0)
        self.assertEqual(self.browser.run("return document.querySelectorAll('header, main').length"), 2)
        self.assertEqual(self.browser.run("return document.querySelectorAll('h1').length"), 1)
        self.assertEqual(self.browser.run("return document.documentElement.lang"), "en")

    def test_it_fits_a_phone_in_dark_and_light(self):
        value = f"http://phone.example/{'a' * 300}"
        self.enrich(self.stack.add({"type": "url", "spec_version": "2.1", "id": "url--5b0c2f9e-0000-4000-8000-000000000001", "value": value}))
        grounds = set()
        for scheme in ("dark", "light"):
            for size in (PHONE, (768, 900), DESKTOP):
                with self.subTest(scheme=scheme, size=size):
                    self.open(self.port, size, scheme)
                    self.wait_for_text("#list", "phone.example")
                    self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), size[0], "the page fits its width")
                    self.assertEqual(self.browser.run(CONTRAST), [])
            grounds.add(self.browser.run("return getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(grounds), 2)


class AsksForTheToken(PageTest):
    def test_and_keeps_it_for_the_tab_alone(self):
        self.use(new_stack())
        port = free_port()
        self.stack.start_connector(CONNECTOR_HTTP_PORT=str(port), CONNECTOR_HTTP_TOKEN=TOKEN)
        wait_until(lambda: self.lines("Status page"), "the status port answers")
        self.open(port)
        wait_until(lambda: self.browser.shown("#access"), "the page asks for the token", every=0.1)
        self.assertFalse(self.browser.shown("#board"))
        self.assertEqual(self.browser.run("return document.activeElement.id"), "token")
        # The page does not even keep the token for this tab, because it cannot be sent in a header.
        self.browser.driver.switch_to.active_element.send_keys("t\u00f6ken", Keys.ENTER)
        self.wait_for_text("#token-problem", "no letters beyond ASCII")
        self.browser.driver.find_element(By.ID, "token").clear()
        self.browser.driver.find_element(By.ID, "token").send_keys("another", Keys.ENTER)
        self.wait_for_text("#token-problem", "does not accept this token")
        self.assertEqual(self.browser.run("return sessionStorage.length"), 0)
        self.browser.driver.switch_to.active_element.send_keys(TOKEN, Keys.ENTER)
        self.wait_for_text("#overall", "Ready")
        self.assertFalse(self.browser.shown("#access"))
        self.browser.driver.refresh()
        self.wait_for_text("#overall", "Ready")
        self.assertEqual(self.browser.run("return [localStorage.length, document.cookie, location.search, Object.values(sessionStorage)]"),
                         [0, "", "", [TOKEN]])


if __name__ == "__main__":
    unittest.main()
