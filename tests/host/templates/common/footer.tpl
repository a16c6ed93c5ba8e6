</div></div>
</div></section>
<footer id="footer" class="footer"><div class="container">Copyright &copy; {$date_year} {$companyname|escape:'html':'UTF-8':false}. A stand-in host for tests; not WHMCS.</div></footer>
{$footeroutput}
</body>
</html>
